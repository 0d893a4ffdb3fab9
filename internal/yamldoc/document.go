package yamldoc

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"atlas-gitops/internal/yamldata"
)

// Document is one document of a file. Each change returns another Document, in a file with that change, and does not modify the first one.
// A change that would affect other bytes is an error.
type Document struct {
	Root  *yamldata.Node
	file  *written
	index int // in the file; null documents count, too
}

// Text returns the text of the whole file; nil for a nil document.
func (d *Document) Text() []byte {
	if d == nil {
		return nil
	}
	return slices.Concat(d.file.mark, d.file.Raw)
}

// written is the text of a file and its trees.
type written struct {
	yamldata.Raw
	mark     []byte // the byte-order mark, or empty
	order    *Order
	sheets   []*sheet
	comments []int // offsets of the comments
	roots    []*yamldata.Node
	steps    steps
}

// ErrNotPlain is the error of [Open] for a file with problems, such as a key that is written twice.
var ErrNotPlain = errors.New("the file is not valid")

// Open returns the documents of a file that are not null. The order determines where new keys are inserted.
func Open(data []byte, order *Order) ([]*Document, error) {
	f, err := open(data, order)
	if err != nil {
		return nil, err
	}
	var documents []*Document
	for i, root := range f.roots {
		if !root.IsNull() {
			documents = append(documents, &Document{root, f, i})
		}
	}
	return documents, nil
}

func open(data []byte, order *Order) (*written, error) {
	text := yamldata.NewText(data)
	f := &written{Raw: text.Data(), mark: data[:len(data)-len(text.Data())], order: order}
	content := yamldata.Parse("", text)
	err := content.Err
	if err != nil {
		return nil, err
	}
	if f.roots = content.Roots; len(content.Obstacles()) > 0 {
		first := content.Obstacles()[0]
		return nil, fmt.Errorf("%w: line %d: %s", ErrNotPlain, first.Place.Line, first.Message)
	}
	r := newReader(text.Data(), content.Trees)
	if f.sheets, err = r.readSheets(content.Trees); err != nil {
		return nil, err
	}
	f.comments, f.steps = r.places, stepsOf(f)
	return f, nil
}

// stepsOf returns the indentation in a file, taken from its first nested object and its first nested list.
func stepsOf(f *written) steps {
	found := steps{-1, -1}
	var look func(*piece)
	look = func(p *piece) {
		for _, r := range p.rows {
			if !r.value.isBlock() {
				continue // values in brackets can be on one line
			}
			step := &found.object
			if r.value.kind == list {
				step = &found.list
			}
			if r.key != nil && *step < 0 {
				*step = f.Column(r.value.start) - f.Column(r.start)
			}
			look(r.value)
		}
	}
	for _, s := range f.sheets {
		if s.root.value != nil {
			look(s.root.value)
		}
	}
	if found.object < 0 {
		found.object = max(found.list, indentation)
	}
	if found.list < 0 {
		found.list = found.object
	}
	return found
}

// Writes reports whether the document has a value at a path that is not inside an anchor, an alias or a merge key.
func (d *Document) Writes(path Path) bool {
	at, err := d.find(path)
	return err == nil && len(at.rest) == 0
}

// Path names a value by the steps from the root of a document: a string is a key of an object, an int is the index of an item.
type Path []any

// String returns the path in the usual form: members[2].roles.
func (p Path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch step := step.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(step) + "]")
		default:
			fmt.Fprintf(&b, ".%v", step)
		}
	}
	return strings.TrimPrefix(b.String(), ".")
}

func (p Path) with(step any) Path { return append(slices.Clip(p), step) }

// EditError says why a value cannot be changed.
type EditError struct {
	Path   Path
	Reason string
}

func (e *EditError) Error() string {
	if len(e.Path) == 0 {
		return "the document " + e.Reason
	}
	return e.Path.String() + " " + e.Reason
}

func (p Path) refuse(format string, args ...any) error {
	return &EditError{p, fmt.Sprintf(format, args...)}
}

// spot is the place at a path or, if a part of the path is missing, the deepest existing place.
type spot struct {
	in    *piece // the collection with the row; nil for the root
	row   *row
	index int            // of the row
	above *row           // the row of the collection
	node  *yamldata.Node // the value of the row
	order *Order         // of the value
	rest  Path           // the missing part of the path
}

// inFlow reports whether the row is in brackets.
func (at spot) inFlow() bool { return at.in != nil && at.in.flow }

// find follows a path. It returns an error for values that other places share.
func (d *Document) find(path Path) (spot, error) {
	at := spot{row: d.file.sheets[d.index].root, node: d.Root, order: d.file.order}
	for i, step := range path {
		v := at.row.value
		if err := path[:i].refuseShared(v); err != nil {
			return at, err
		}
		index, err := path[:i].index(v, at.node, step)
		if err != nil {
			return at, err
		}
		if index == len(v.rows) {
			at.rest = path[i:]
			return at, nil
		}
		r := v.rows[index]
		at = spot{in: v, row: r, index: index, above: at.row, node: at.node.Part(step), order: at.order.part(r)}
	}
	return at, nil
}

// refuseShared returns an error for a value that other places share.
func (p Path) refuseShared(v *piece) error {
	switch {
	case v.isAlias():
		return p.refuse("is the alias %s; edit the value of its anchor instead", v.raw)
	case v.anchor != "":
		return p.refuse("has the anchor &%s, which aliases may use; edit it by hand", v.anchor)
	}
	return nil
}

// index returns the row of a value for a step, or the number of rows if there is none.
func (p Path) index(v *piece, n *yamldata.Node, step any) (int, error) {
	switch step := step.(type) {
	case string:
		if v.kind != object && !v.isNull() {
			return 0, p.refuse("is not an object")
		}
		i := v.find(step)
		if i == len(v.rows) && n.Entry(step) != nil {
			return 0, p.with(step).refuse("comes from a merge key (<<); change it there")
		}
		return i, nil
	case int:
		if v.kind != list && !v.isNull() {
			return 0, p.refuse("is not a list")
		}
		if step < 0 || step > len(v.rows) {
			return 0, p.refuse("has no item %d", step)
		}
		return step, nil
	}
	return 0, p.refuse("cannot have a part %v", step)
}
