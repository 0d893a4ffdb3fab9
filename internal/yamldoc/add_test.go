package yamldoc

import (
	"testing"

	"atlas-gitops/internal/yamldata"
)

// TestAdd: a new item is where Format keeps it, and no comment gets another owner.
func TestAdd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ why, in, want string }{
		{"sorted, in the style of its neighbors",
			"members:\n  - { username: a }\n  - { username: c }\n",
			"members:\n  - { username: a }\n  - { username: b }\n  - { username: c }\n"},
		{"first: the list has no comments",
			"members:\n  - username: c\n",
			"members:\n  - username: b\n  - username: c\n"},
		{"first: the comment belongs to the item below",
			"members:\n  # on leave\n  - username: c\n",
			"members:\n  - username: b\n  # on leave\n  - username: c\n"},
		{"in the middle: each comment belongs to its item",
			"members:\n  # one\n  - username: a\n  # two\n  - username: c\n",
			"members:\n  # one\n  - username: a\n  - username: b\n  # two\n  - username: c\n"},
		{"below a heading of several items",
			"members:\n  # owners\n  - username: c\n  - username: d\n",
			"members:\n  # owners\n  - username: c\n  - username: b\n  - username: d\n"},
		{"in the last group, at its start",
			"members:\n  - username: x\n\n  # contractors\n\n  # by name\n  - username: c\n",
			"members:\n  - username: x\n\n  # contractors\n\n  - username: b\n  # by name\n  - username: c\n"},
		{"in the last group, below its blank line",
			"members:\n  - username: x\n\n  - username: c\n",
			"members:\n  - username: x\n\n  - username: b\n  - username: c\n"},
		{"not sorted: after the last one that comes before it",
			"members:\n  - username: d\n  - username: a\n  - username: c\n",
			"members:\n  - username: d\n  - username: a\n  - username: b\n  - username: c\n"},
		{"in brackets",
			"members: [{ username: a }, { username: c }]\n",
			"members: [{ username: a }, { username: b }, { username: c }]\n"},
		{"in brackets over several lines: below the comment of the bracket",
			"members: [\n  # d\n  { username: c }\n]\n",
			"members: [\n  # d\n  { username: b }, { username: c }\n]\n"},
		{"empty", "members: []\n", "members:\n  - username: b\n"},
		{"line ends of Windows",
			"members:\r\n  # c\r\n  - username: c\r\n",
			"members:\r\n  - username: b\r\n  # c\r\n  - username: c\r\n"},
		{"not a list", "members: { username: a }\n", ""},
	} {
		documents, err := Open([]byte(c.in), organizationOrder())
		if err != nil {
			t.Fatal(err)
		}
		got, err := textOf(documents[0].Add(Path{"members"}, map[string]any{"username": "b"}))
		if c.want == "" {
			if err == nil {
				t.Errorf("%s: no error", c.why)
			}
			continue
		}
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\ngot\n%swant\n%s", c.why, err, got, c.want)
		}
	}
}

// checkAdd checks that an item that was added to a list can be read, and that a file in canonical form keeps that form.
func checkAdd(t *testing.T, d *Document, path Path, value any) {
	t.Helper()
	out, err := textOf(d.Add(path, value))
	if err != nil {
		return
	}
	reopened(t, d, out)
	was, isCanonical := formatted(d.file.Raw, d.file.order)
	is, ok := formatted(out[len(d.file.mark):], d.file.order)
	if ok && isCanonical && string(was) == string(d.file.Raw) && string(is) != string(out[len(d.file.mark):]) {
		t.Errorf("added %v to %s of a canonical file:\n%s\ngot\n%s\ncanonical\n%s", value, path, d.file.Raw, out, is)
	}
}

func formatted(data []byte, order *Order) ([]byte, bool) {
	text := yamldata.NewText(data)
	out, err := Format(text, yamldata.Parse("", text), order)
	return out, err == nil
}

// TestWrite: a new file is in canonical form.
func TestWrite(t *testing.T) {
	t.Parallel()
	document := jsonValue(t, `{"name":"Acme","members":[{"username":"b","roles":["x","w"]},{"username":"a","projects":{"p":["r"]}}],"settings":{"z":1},"x-pieces":[{"k":[{"v":1}]}]}`).(map[string]any)
	got := Write("# head", document, organizationOrder())
	const want = "# head\nname: Acme\nsettings:\n  z: 1\nmembers:\n  - username: a\n    projects:\n      p: [r]\n  - { username: b, roles: [x, w] }\nx-pieces:\n  - k:\n      - { v: 1 }\n"
	if string(got) != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if again, ok := formatted(got, organizationOrder()); !ok || string(again) != string(got) {
		t.Errorf("not canonical: Format returns\n%s", again)
	}
}
