package yamldoc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Identify returns the text of a file in which the organization whose name stands in the line, counted from 1, has the
// id, right behind its name. Every other byte is kept. It fails where the organization is not there, has an id, or is
// written in a way that leaves no room for one.
func Identify(data []byte, line int, name, id string) ([]byte, error) {
	t := NewText(data)
	trees, err := decode(t.data)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(trees, func(tree *yaml.Node) bool {
		key, value := pairOf(tree, "name")
		return key != nil && key.Line-1 == line && value.Value == name
	})
	if i < 0 {
		return nil, fmt.Errorf("line %d does not say name: %s", line, name)
	}
	if key, _ := pairOf(trees[i], "id"); key != nil {
		return nil, fmt.Errorf("line %d gives the organization an id already; make a new plan", key.Line-1)
	}
	wanted, ok := contentsOf(t.data, line, id)
	if !ok {
		return nil, errors.New("the file is not a valid part of a tree")
	}
	for at, insert := range t.roomFor(trees[i], asText(id)) {
		changed := slices.Concat(t.data[:at], []byte(insert), t.data[at:])
		if got, ok := contentsOf(changed, 0, ""); ok && sameJSON(got, wanted) {
			return slices.Concat(data[:len(data)-len(t.data)], changed), nil
		}
	}
	return nil, fmt.Errorf("there is no place for an id behind line %d", line)
}

// likeNumber is an id that some reader of YAML takes for a number.
var likeNumber = regexp.MustCompile(`^[0-9]+(e[0-9]+)?$`)

// asText writes an id such that every reader takes it for text.
func asText(id string) string {
	if likeNumber.MatchString(id) {
		return strconv.Quote(id)
	}
	return id
}

// pairOf returns the key of an object and its value, or nil.
func pairOf(n *yaml.Node, key string) (k, value *yaml.Node) {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

// maxRooms is how many places are tried: as many lines, or signs, as a name may take.
const maxRooms = 100

// roomFor yields offsets behind the name at which an id may fit, and what to insert there.
func (t Text) roomFor(document *yaml.Node, id string) iter.Seq2[int, string] {
	key, value := pairOf(document, "name")
	return func(yield func(int, string) bool) {
		for line := value.Line - 1; line <= min(value.Line-1+maxRooms, len(t.starts)); line++ {
			if document.Style&yaml.FlowStyle == 0 {
				at, end := t.endOf(line)
				if !yield(at, end.before+strings.Repeat(" ", key.Column-1)+"id: "+id+end.behind) {
					return
				}
				continue
			}
			for at, sign := range t.line(line) {
				before := bytes.TrimRight(t.line(line)[:at], " ")
				if (sign == ',' || sign == '}') && !yield(t.starts[line-1]+len(before), ", id: "+id) {
					return
				}
			}
		}
	}
}

// lineEnd is what parts a line that is inserted from those around it.
type lineEnd struct{ before, behind string }

// endOf returns the offset behind a line, and the line ends that one has which is inserted there.
func (t Text) endOf(n int) (at int, end lineEnd) {
	mark := "\n"
	if line, _, _ := bytes.Cut(t.data[t.starts[n-1]:], []byte("\n")); bytes.HasSuffix(line, []byte("\r")) || n == len(t.starts) && bytes.Contains(t.data, []byte("\r\n")) {
		mark = "\r\n"
	}
	if n == len(t.starts) && !bytes.HasSuffix(t.data, []byte("\n")) {
		return len(t.data), lineEnd{before: mark}
	}
	return slices.Concat(t.starts, []int{len(t.data)})[n], lineEnd{behind: mark}
}

// contentsOf returns what the documents of a file say, that in whose line the name stands with an id more, unless
// something is wrong with them.
func contentsOf(data []byte, line int, id string) (all []map[string]any, ok bool) {
	content := Parse("", NewText(data))
	ok = len(content.Problems) == 0
	for _, doc := range content.Documents {
		fields, isObject := doc.Plain().(map[string]any)
		if name := doc.Entry("name"); isObject && name != nil && name.Place.Line == line {
			fields["id"] = id
		}
		ok = ok && isObject
		all = append(all, fields)
	}
	return all, ok
}

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
