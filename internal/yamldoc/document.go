package yamldoc

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"atlas-gitops/internal/yamldata"
)

// Document is one document of a file. Each change returns the text of the whole file with that change, and leaves the Document as it
// is. A change that would affect other bytes is refused.
type Document struct {
	Root  *yamldata.Node
	file  *written
	index int // in the file, with the documents that are null
}

// written is a file and the trees that were read from it.
type written struct {
	rawText
	mark     []byte // the byte-order mark, or nothing
	order    *Order
	sheets   []*sheet
	comments []int // where they start
	roots    []*yamldata.Node
	steps    steps
}

// ErrNotPlain is the error of [Open] for a file with problems.
var ErrNotPlain = errors.New("the file is not plain data")

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
	f := &written{rawText: text.Data(), mark: data[:len(data)-len(text.Data())], order: order}
	trees, err := yamldata.Decode(text.Data())
	if err != nil {
		return nil, err
	}
	content := yamldata.Parse("", text)
	if f.roots = content.Roots; len(content.Problems) > 0 {
		first := content.Problems[0]
		return nil, fmt.Errorf("%w: line %d: %s", ErrNotPlain, first.Place.Line, first.Message)
	}
	r := newReader(text.Data(), trees)
	if f.sheets, err = r.readSheets(trees); err != nil {
		return nil, err
	}
	f.comments, f.steps = r.places, stepsOf(f)
	return f, nil
}

// stepsOf returns how far a file indents the parts of objects. The first object and the first list count.
func stepsOf(f *written) steps {
	found := steps{-1, -1}
	var look func(*piece)
	look = func(p *piece) {
		for _, r := range p.rows {
			if !r.value.isBlock() {
				continue // many may be in one line
			}
			step := &found.object
			if r.value.kind == list {
				step = &found.list
			}
			if r.key != nil && *step < 0 {
				*step = f.column(r.value.start) - f.column(r.start)
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

// Writes reports whether the value that a path leads to is written at its place in the document, and does not come from an anchor or a
// merge key.
func (d *Document) Writes(path Path) bool {
	at, err := d.find(path)
	return err == nil && len(at.rest) == 0
}

// Path leads from the root of a document to a value: a string is a key of an object, an int the index of an item of a list.
type Path []any

// String returns the path as people write it: members[2].roles.
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

// EditError says why a value is not changed.
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

// spot is where a path leads or, if something is missing, as far as it leads.
type spot struct {
	in    *piece // the collection with the row; nil for the root
	row   *row
	index int            // of the row
	above *row           // that holds the collection
	node  *yamldata.Node // what the row says
	order *Order         // that of its value
	rest  Path           // what is missing
}

// inFlow reports whether the row is in brackets.
func (at spot) inFlow() bool { return at.in != nil && at.in.flow }

// find follows a path. It does not enter values that other places share.
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

// refuseShared refuses a value that other places share.
func (p Path) refuseShared(v *piece) error {
	switch {
	case v.isAlias():
		return p.refuse("is the alias %s; edit the value of its anchor instead", v.raw)
	case v.anchor != "":
		return p.refuse("has the anchor &%s, which aliases may use; edit it by hand", v.anchor)
	}
	return nil
}

// index returns which row of a value a step leads to; the number of rows, if it is missing.
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
