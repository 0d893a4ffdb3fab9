package yamldoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"atlas-gitops/internal/yamldata"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// organizationOrder returns an order like that of a schema.
func organizationOrder() *Order {
	person := &Order{Keys: []string{"username", "roles", "teams", "projects"}, Values: map[string]*Order{"projects": {Free: true}}}
	return &Order{
		Keys: []string{"name", "id", "settings", "members"},
		Values: map[string]*Order{
			"settings": {Keys: []string{"mfa", "contact", "timeouts"}, Values: map[string]*Order{"timeouts": {Keys: []string{"idle", "absolute"}}}},
			"members":  {Items: person, SortKey: "username", SortText: func(text string) string { return text }},
		},
	}
}

// jsonValue parses a JSON value.
func jsonValue(t testing.TB, text string) (value any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

// pathOf parses a path such as members.2.roles.
func pathOf(text string) (path Path) {
	for step := range strings.SplitSeq(text, ".") {
		var index int
		if json.Unmarshal([]byte(step), &index) == nil {
			path = append(path, index)
		} else {
			path = append(path, step)
		}
	}
	return path
}

// do applies an edit to the first document: "set PATH JSON", "insert PATH JSON" or "remove PATH".
func do(t testing.TB, in, command string) (string, error) {
	t.Helper()
	documents, err := Open([]byte(in), organizationOrder())
	if err != nil {
		t.Fatal(err)
	}
	words := strings.SplitN(command, " ", 3)
	var out []byte
	switch path := pathOf(words[1]); words[0] {
	case "set":
		out, err = textOf(documents[0].Set(path, jsonValue(t, words[2])))
	case "insert":
		out, err = textOf(documents[0].Insert(path, jsonValue(t, words[2])))
	case "remove":
		out, err = textOf(documents[0].Remove(path))
	default:
		t.Fatalf("unknown edit %q", command)
	}
	if err != nil && out != nil {
		t.Errorf("%s: both an error and a text", command)
	}
	return string(out), err
}

type editRow struct{ reason, command, in, want string }

func checkEdits(t *testing.T, rows []editRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.reason, func(t *testing.T) {
			got, err := do(t, row.in, row.command)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", row.command, diff)
			}
		})
	}
}

func TestSetScalar(t *testing.T) {
	checkEdits(t, []editRow{
		{"the comment and the spaces around a value stay", "set settings.mfa true", "settings:\n  mfa:   false   # why\n", "settings:\n  mfa:   true   # why\n"},
		{"text that reads as another type gets quotes", `set settings.contact "no"`, "settings: {contact: a}\n", "settings: {contact: \"no\"}\n"},
		{"unnecessary quotes of the old value go", `set settings.contact "b"`, "settings: {contact: 'a, b'}\n", "settings: {contact: b}\n"},
		{"text with a comma gets quotes in brackets", `set settings.contact "a, b"`, "settings: {contact: x}\n", "settings: {contact: \"a, b\"}\n"},
		{"text with a comma gets no quotes in a block", `set settings.contact "a, b"`, "settings:\n  contact: x\n", "settings:\n  contact: a, b\n"},
		{"text becomes null", "set settings.contact null", "settings: {contact: x}\n", "settings: {contact: null}\n"},
		{"an empty value", "set settings.contact 12", "settings:\n  contact: # whom\n  mfa: true\n", "settings:\n  contact: 12 # whom\n  mfa: true\n"},
		{"text over several lines", `set settings.contact "b"`, "settings:\n  contact: a\n    long text\n  mfa: true\n", "settings:\n  contact: b\n  mfa: true\n"},
		{"a block of text", `set settings.contact "b"`, "settings:\n  contact: |\n    a\n\n    long text\n\n  mfa: true\n", "settings:\n  contact: b\n\n  mfa: true\n"},
		{"text with line breaks", `set settings.contact "a\nb"`, "settings:\n  contact: x\n", "settings:\n  contact: \"a\\nb\"\n"},
		{"an item", `set members.1 "c"`, "members:\n- a\n- b # second\n", "members:\n- a\n- c # second\n"},
		{"a byte-order mark and CRLF stay", "set a 2", "\ufeffa: 1\r\nb: 1\r\n", "\ufeffa: 2\r\nb: 1\r\n"},
		{"the same value changes nothing", `set a "x"`, "a: 'x'\n", "a: 'x'\n"},
		{"another document stays", "set a 2", "a: 1\n---\na: 1\n", "a: 2\n---\na: 1\n"},
		{"the tag ! goes", "set x 1", "x: ! a # x\n", "x: 1 # x\n"},
		{"after anchor names that only YAML 1.2 allows", "set b 2", "%YAML 1.2\n---\n{ a: [&é.é 1, *é.é ], b: 1 } # *é.é\n", "%YAML 1.2\n---\n{ a: [&é.é 1, *é.é ], b: 2 } # *é.é\n"},
		{"after wide characters", "set b 2", "{ 漢: é, b: 1 }", "{ 漢: é, b: 2 }"},
	})
}

func TestSetMissing(t *testing.T) {
	checkEdits(t, []editRow{
		{"a key is inserted in its order", "set settings.contact 1", "settings:\n  mfa: true # x\n  timeouts: {}\n", "settings:\n  mfa: true # x\n  contact: 1\n  timeouts: {}\n"},
		{"a new first key of an item moves to the line of the dash", `set members.0.username "a"`, "members:\n  - roles: [A]\n", "members:\n  - username: a\n    roles: [A]\n"},
		{"an unknown key is added at the end", "set settings.z 1", "settings:\n    mfa: true\n\nmembers: []\n", "settings:\n    mfa: true\n    z: 1\n\nmembers: []\n"},
		{"free keys are sorted", `set members.0.projects.B ["X"]`, "members:\n- projects:\n    A: [X]\n    C: [X]\n", "members:\n- projects:\n    A: [X]\n    B: [X]\n    C: [X]\n"},
		{"missing parents are created with the indentation of the file", "set settings.timeouts.idle 60", "members:\n    - username: a\n      projects:\n          P: [X]\n", "settings:\n    timeouts:\n        idle: 60\nmembers:\n    - username: a\n      projects:\n          P: [X]\n"},
		{"a section without a value", "set settings.mfa true", "name: A\nsettings:\nmembers: []\n", "name: A\nsettings:\n  mfa: true\nmembers: []\n"},
		{"a section that is null, with a comment", "set settings.mfa true", "settings: null # none\n", "settings: # none\n  mfa: true\n"},
		{"an empty section", "set settings.mfa true", "settings: {}\n", "settings:\n  mfa: true\n"},
		{"in brackets", "set settings.timeouts.idle 1", "settings: {mfa: true, timeouts: {}} # s\n", "settings: {mfa: true, timeouts: { idle: 1 }} # s\n"},
		{"first key, in brackets", "set settings.mfa true", "settings: { contact: x }\n", "settings: { mfa: true, contact: x }\n"},
		{"in a file whose last line has no line end", "set settings.mfa true", "name: A", "name: A\nsettings:\n  mfa: true"},
		{"in a file with CRLF", "set settings.mfa true", "name: A\r\nmembers: []\r\n", "name: A\r\nsettings:\r\n  mfa: true\r\nmembers: []\r\n"},
		{"in a file with CRLF whose last line has no line end", "set settings.mfa true", "name: A\r\nid: x", "name: A\r\nid: x\r\nsettings:\r\n  mfa: true"},
		{"after a block of text that keeps its blank lines", "set settings.mfa true", "name: |+\n  A\n\n\nmembers: []\n", "name: |+\n  A\n\n\nsettings:\n  mfa: true\nmembers: []\n"},
		{"a new list of scalars gets brackets", `set members ["a"]`, "x:\n- y\nmembers:\n", "x:\n- y\nmembers: [a]\n"},
		{"a new list of objects is indented like the others", `set members [{"username":"a"}]`, "name: A\nx:\n- y\n", "name: A\nmembers:\n- username: a\nx:\n- y\n"},
	})
}

func TestSetList(t *testing.T) {
	checkEdits(t, []editRow{
		{"in brackets", `set members.0.roles ["A","B"]`, "members:\n  - roles: [A] # r\n", "members:\n  - roles: [A, B] # r\n"},
		{"to an empty list, in brackets", `set members.0.roles []`, "members:\n  - roles: [ A ] # r\n", "members:\n  - roles: [] # r\n"},
		{"items that stay keep their comments", `set x ["b","d","c"]`, "x:\n  # first\n  - a\n  - b # two\n  - c # three\ny: 1\n", "x:\n  # first\n  - b # two\n  - d\n  - c # three\ny: 1\n"},
		{"a list of lines stays a list of lines", `set x ["b"]`, "x:\n  - a\n", "x:\n  - b\n"},
		{"a list of lines becomes empty", `set x []`, "x: # none\n  - a\n  - b\ny: 1\n", "x: [] # none\ny: 1\n"},
		{"brackets with comments", `set x ["a","b","c"]`, "x: [\n  a, # one\n  b # two\n]\n", "x: [\n  a, # one\n  b, c # two\n]\n"},
		{"objects", `set x [{"a":1},{"a":3}]`, "x:\n  - a: 1 # one\n  - a: 2 # two\n", "x:\n  - a: 1 # one\n  - a: 3\n"},
		{"a list that is too long for a line", `set x ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","cccccccccccccccccccccccccccccccc"]`, "x: [a] # x\ny: 1\n",
			"x: # x\n  - aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  - bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n  - cccccccccccccccccccccccccccccccc\ny: 1\n"},
		{"a list in an item", `set x.0 ["c"]`, "x:\n  - [a, b] # ab\n  - y\n", "x:\n  - [c] # ab\n  - y\n"},
		{"an object replaces a scalar", `set x {"a":{"b":[{"c":1}]}}`, "x: 1 # x\n", "x: # x\n  a:\n    b:\n      - c: 1\n"},
		{"an object replaces an item", `set x.0 {"a":1,"b":2}`, "x:\n  - 1\n", "x:\n  - a: 1\n    b: 2\n"},
		{"text replaces an object", `set x.0 "t"`, "x:\n  - a: 1\n    b: 2\n  - c\n", "x:\n  - t\n  - c\n"},
		{"only the changed entries of an object", `set x {"a":1,"c":3}`, "x:\n  a:   1 # one\n  b: 2\n", "x:\n  a:   1 # one\n  c: 3\n"},
	})
}

func TestInsert(t *testing.T) {
	checkEdits(t, []editRow{
		{"in the style of the item before: brackets", `insert members.1 {"username":"b","roles":["X"]}`, "members:\n  - { username: a, roles: [X] } # a\nx: 1\n", "members:\n  - { username: a, roles: [X] } # a\n  - { username: b, roles: [X] }\nx: 1\n"},
		{"in the style of the item before: lines", `insert members.1 {"username":"b","roles":["X"]}`, "members:\n- roles:\n  - X\n  username: a\n", "members:\n- roles:\n  - X\n  username: a\n- username: b\n  roles: [X]\n"},
		{"after the comments of the item before", `insert x.1 {"a":2}`, "x:\n  - a:\n      b: 1\n      # more\n  # end\n", "x:\n  - a:\n      b: 1\n      # more\n  - a: 2\n  # end\n"},
		{"before the first item", `insert x.0 "a"`, "x:\n  - b # two\n", "x:\n  - a\n  - b # two\n"},
		{"before the first item, over several lines, with CRLF", `insert members.0 {"username":"a","roles":["X"]}`, "members:\r\n- username: b\r\n", "members:\r\n- username: a\r\n  roles: [X]\r\n- username: b\r\n"},
		{"in the middle", `insert x.1 "b"`, "x:\n  - a\n\n  # three\n  - c\n", "x:\n  - a\n  - b\n\n  # three\n  - c\n"},
		{"into an empty list", `insert members.0 {"username":"a"}`, "members: [] # nobody\n", "members: # nobody\n  - username: a\n"},
		{"into a list that does not exist", `insert members.0 {"username":"a"}`, "name: A\n", "name: A\nmembers:\n  - username: a\n"},
		{"into brackets", `insert x.1 "b"`, "x: [a,c]\n", "x: [a, b,c]\n"},
		{"before the first item in brackets", `insert x.0 "b"`, "x: [ a ]\n", "x: [ b, a ]\n"},
		{"into empty brackets with a comment", `insert x.0 "b"`, "x: [ # none\n  ]\n", "x: [b # none\n  ]\n"},
		{"a list in a list", `insert x.0.1 "b"`, "x:\n  - - a\n  - c\n", "x:\n  - - a\n    - b\n  - c\n"},
		{"a list on the line of the dash", `insert x.0.0 "b"`, "x:\n  - - a\n", "x:\n  - - b\n    - a\n"},
	})
}

func TestRemove(t *testing.T) {
	checkEdits(t, []editRow{
		{"the comments above and at the end of the line go", "remove settings.contact", "settings:\n  mfa: true\n  # whom\n  contact: x # here\n  z: 1\n", "settings:\n  mfa: true\n  z: 1\n"},
		{"a comment above a blank line stays", "remove settings.contact", "settings:\n  mfa: true\n  # people\n\n  contact: x\n  z: 1\n", "settings:\n  mfa: true\n  # people\n\n  z: 1\n"},
		{"a comment that may be a heading for several items stays", "remove x.0", "x:\n  # contractors\n  - a\n  - b\n", "x:\n  # contractors\n  - b\n"},
		{"a comment of a single item goes", "remove x.0", "x:\n  # one\n  - a\n  # two\n  - b\n", "x:\n  # two\n  - b\n"},
		{"the header of a file stays", "remove name", "# ours\nname: A\nx: 1\n", "# ours\nx: 1\n"},
		{"one of two blank lines stays", "remove b", "a: 1\n\nb: 1\n\nc: 1\n", "a: 1\n\nc: 1\n"},
		{"no blank line stays at the end", "remove b", "a: 1\n\nb: 1\n", "a: 1\n"},
		{"the last line of a file without a line end", "remove b", "a: 1\nb: 1", "a: 1"},
		{"the only item", "remove x.0", "x: # people\n  # a\n  - a # one\ny: 1\n", "x: [] # people\ny: 1\n"},
		{"the only key", "remove settings.mfa", "settings:\n  mfa: true\n", "settings: {}\n"},
		{"the only key of an item", "remove x.0.a", "x:\n  - a: 1\n  - b\n", "x:\n  - {}\n  - b\n"},
		{"the only key of a document", "remove a", "# x\na: 1\n", "# x\n{}\n"},
		{"the first key after a dash", "remove x.0.a", "x:\n  - a: 1 # one\n    b: 2\n", "x:\n  - b: 2\n"},
		{"in brackets", "remove x.1", "x: [a, b, c]\n", "x: [a, c]\n"},
		{"the last item in brackets", "remove x.2", "x: [a, b, c ]\n", "x: [a, b ]\n"},
		{"the only item in brackets", "remove x.0", "x: [ a ]\n", "x: []\n"},
		{"the only key in brackets", "remove x.0.a", "x: [{a: 1}]\n", "x: [{}]\n"},
		{"a key with a nested value", "remove a", "a:\n  b:\n    - |\n      text\n\n    # end\nc: 1\n", "c: 1\n"},
		{"comments that are indented as far as the removed value go", "remove x.0", "x:\n  - a:\n      - b\n      # end of b\n    # end of a\n  # end of x\n  - c\n", "x:\n  # end of x\n  - c\n"},
		{"a comment that is indented less stays", "remove x.0", "x:\n  - a: 1\n  # below a\n  # end\ny: 1\n", "x: []\n  # below a\n  # end\ny: 1\n"},
		{"a block that keeps its blank lines", "remove a", "a: |+\n  x\n\n\nb: 1\n", "b: 1\n"},
	})
}

// TestOddValues checks that values that are not plain JSON, and invalid paths, are errors.
func TestOddValues(t *testing.T) {
	documents, err := Open([]byte("x: 1\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		reason string
		path   Path
		value  any
		want   string
	}{
		{"text that is not UTF-8", Path{"x"}, "\xff", "x cannot be set to text that is not UTF-8"},
		{"a nested key that is not UTF-8", Path{"x"}, []any{map[string]any{"\xff": nil}}, "x cannot be set to text that is not UTF-8"},
		{"a Go number", Path{"x"}, []any{1.5}, "x cannot be set to a float64"},
		{"no path", nil, "a", "an edit needs a path"},
		{"a step that is neither a key nor an index", Path{1.5}, "a", "the document cannot have a part 1.5"},
		{"an index below 0", Path{"y", -1}, "a", "y[-1] is an item of a list that does not exist"},
	} {
		if out, err := textOf(documents[0].Set(row.path, row.value)); err == nil || err.Error() != row.want || out != nil {
			t.Errorf("%s: %q, %v; want %q", row.reason, out, err, row.want)
		}
	}
}

// TestEditsInTurn applies the edits that bring the live state of an organization into its file, one after the other.
func TestEditsInTurn(t *testing.T) {
	text := `# yaml-language-server: $schema=organization.json
name: Acme # ours
settings:
  # audited
  mfa: false   # since May
  contact: "ops@acme.example"

members:
  # owners
  - { username: ada@acme.example, roles: [ORG_OWNER] }
  - { username: bob@acme.example, roles: [ORG_OWNER], teams: [Platform] } # until June

  # everybody else
  - username: eve@acme.example
    roles: [ORG_MEMBER]
`
	for _, command := range []string{
		`insert id "5f1b0c0d0e0f0a0b0c0d0e01"`,
		`set settings.mfa true`,
		`set settings.contact null`,
		`set settings.timeouts.idle 600`,
		`remove members.1.teams.0`,
		`insert members.2 {"username":"cyn@acme.example","roles":["ORG_OWNER"]}`,
		`insert members.4 {"username":"fay@acme.example","roles":["ORG_MEMBER"],"projects":{"Search":["GROUP_OWNER"],"Checkout":[]}}`,
		`remove members.0`,
		`set members.2.projects.Billing ["GROUP_OWNER"]`,
		`set members.2.roles ["ORG_MEMBER","ORG_READ_ONLY"]`,
	} {
		var err error
		if text, err = do(t, text, command); err != nil {
			t.Fatal(err)
		}
	}
	want := `# yaml-language-server: $schema=organization.json
name: Acme # ours
id: 5f1b0c0d0e0f0a0b0c0d0e01
settings:
  # audited
  mfa: true   # since May
  contact: null
  timeouts:
    idle: 600

members:
  # owners
  - { username: bob@acme.example, roles: [ORG_OWNER], teams: [] } # until June
  - { username: cyn@acme.example, roles: [ORG_OWNER] }

  # everybody else
  - username: eve@acme.example
    roles: [ORG_MEMBER, ORG_READ_ONLY]
    projects:
      Billing: [GROUP_OWNER]
  - username: fay@acme.example
    roles: [ORG_MEMBER]
    projects:
      Checkout: []
      Search: [GROUP_OWNER]
`
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestEditLargeFiles would take minutes if an edit needed quadratic time.
func TestEditLargeFiles(t *testing.T) {
	t.Parallel()
	const items = 1000
	lines, line := "x:\n", "x: ["
	for i := range items {
		lines += fmt.Sprintf("- a: %d # %d\n", i, i)
		line += fmt.Sprintf("{a: %d}, ", i)
	}
	for _, in := range []string{lines, line + "]"} {
		for _, command := range []string{"set x.999.a 0", "set x.0 {\"b\":[{\"c\":1}]}", "insert x.1000 {\"a\":0}", "remove x.500"} {
			if _, err := do(t, in, command); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestEditsAreRefused(t *testing.T) {
	for _, row := range []editRow{
		{"an alias", "set x 2", "a: &a 1\nx: *a\n", "x is the alias *a; edit the value of its anchor instead"},
		{"below an alias", "set x.b 1", "a: &a {b: 2}\nx: *a\n", "x is the alias *a; edit the value of its anchor instead"},
		{"an anchor", "set a 2", "a: &a 1\nx: *a\n", "a has the anchor &a, which aliases may use; edit it by hand"},
		{"below an anchor", "set a.b 1", "a: &a {b: 2}\nx: *a\n", "a has the anchor &a, which aliases may use; edit it by hand"},
		{"an anchor that an alias uses", "remove a", "a: &a 1\nx: *a\n", "a cannot be changed in place (yaml: unknown anchor 'a' referenced); edit it by hand"},
		{"an anchor with a name that only YAML 1.2 allows", "set a 2", "a: &a.ö 1\nx: *a.ö\n", "a has the anchor &a.ö, which aliases may use; edit it by hand"},
		{"an anchor with such a name that an alias uses", "remove a", "a: &a.ö 1\nx: *a.ö\n", "a cannot be changed in place (yaml: unknown anchor 'a.ö' referenced); edit it by hand"},
		{"an entry from a merge key", "set x.b 1", "a: &a {b: 2}\nx: {<<: *a}\n", "x.b comes from a merge key (<<); change it there"},
		{"comments inside a value", `set x "t"`, "x:\n  # one\n  - a\n", "x has comments that this change would delete; edit it by hand"},
		{"the comment of a block of text", `set x "t"`, "x: | # text\n  a\n", "x has comments that this change would delete; edit it by hand"},
		{"a comment between brackets", "remove x.0", "x: [a, # one\n b]\n", "x[0] has comments that this change would delete; edit it by hand"},
		{"a comment above the key that would move up", "remove x.0.a", "x:\n  - a: 1\n    # two\n    b: 2\n", "x[0].a has comments that this change would delete; edit it by hand"},
		{"a key after a question mark", "set x 1", "? x\n: 2\n", "x is written in a form that this program cannot change; edit it by hand"},
		{"an object without brackets among items", "set x.0.b 1", "x: [a: 1]\n", "x[0] is written in a form that this program cannot change; edit it by hand"},
		{"the tag !, in brackets", "set x.0 1", "x: [! a]\n", "x[0] is written in a form that this program cannot change; edit it by hand"},
		{"a list with comments whose items all change", `set x ["c"]`, "x: [a, # one\n b]\n", "x has comments that this change would delete; edit it by hand"},
		{"after a tag with a comment", "remove a.b", "a: ! # c\n  b: 1\n", "a.b cannot be changed in place (yaml: line 1: did not find expected key); edit it by hand"},
		{"inserting a key that exists", "insert x 1", "x: 2\n", "x already exists"},
		{"a key that does not exist", "remove y", "x: 2\n", "y does not exist"},
		{"an item that does not exist", "set x.2 1", "x: [a]\n", "x has no item 2"},
		{"an item of a list that does not exist", "set y.1.b 1", "x: 1\n", "y[1].b is an item of a list that does not exist"},
		{"a part of a text", "set x.a 1", "x: b\n", "x is not an object"},
		{"an item of an object", "set x.0 1", "x: {}\n", "x is not a list"},
		{"a number that programs read in different ways", "set x 1e3", "x: 1\n", "x cannot be set to the number 1e3"},
		{"an item that is already in the list", `insert x.1 "a"`, "x: [a]\n", `x cannot be changed in place (the file is not valid: line 1: "a" is listed twice); edit it by hand`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got, err := do(t, row.in, row.command)
			if err == nil || err.Error() != row.want {
				t.Errorf("%s: %q, %v; want %q", row.command, got, err, row.want)
			}
		})
	}
}

// pathsOf returns the paths of all parts of a value, and of parts that could be added.
func pathsOf(n *yamldata.Node, within Path) (all []Path) {
	for i, item := range n.Items() {
		all = append(all, within.with(i))
		all = append(all, pathsOf(item, within.with(i))...)
	}
	for _, e := range n.Entries() {
		all = append(all, within.with(e.Key))
		all = append(all, pathsOf(e.Value, within.with(e.Key))...)
	}
	switch {
	case n.IsList():
		all = append(all, within.with(len(n.Items())))
	case n.IsObject(), n.IsNull():
		all = append(all, within.with("new"), within.with("more").with("new"))
	}
	return all
}

// newValues are the values that the tests below set.
var newValues = []string{`true`, `"text"`, `"a: b, # [c]"`, `12`, `null`, `[]`, `{}`, `["a","b"]`, `["r","a"]`, `{"a":1,"roles":["x"]}`, `[{"username":"a"},{"username":"b","roles":["x"]}]`, `"\n"`, `["01"]`}

// newItems are the items that the tests below add.
var newItems = []string{`{"username":"b"}`, `{"username":"a0","roles":["x"]}`, `{"username":"zz"}`}

// FuzzEdits checks all edits of any file.
func FuzzEdits(f *testing.F) {
	for i, in := range append(formatArchives(f), editCorpus...) {
		if len(in) < 1<<10 {
			f.Add(in, uint(i), uint(i/2))
		}
	}
	f.Fuzz(func(t *testing.T, in string, which, what uint) {
		documents, err := Open([]byte(in), organizationOrder())
		if err != nil || len(documents) == 0 {
			return
		}
		d := documents[which%uint(len(documents))]
		paths := pathsOf(d.Root, nil)
		if len(paths) == 0 {
			return
		}
		path := paths[which%uint(len(paths))]
		value := jsonValue(t, newValues[what%uint(len(newValues))])
		checkSet(t, d, path, value)
		checkInsert(t, d, path, value)
		checkAdd(t, d, path, value)
		checkRemove(t, d, path)
	})
}

// TestEdits checks edits in small files of other tests.
func TestEdits(t *testing.T) {
	t.Parallel()
	done, refused := 0, 0
	for n, in := range append(formatArchives(t), editCorpus...) {
		documents, err := Open([]byte(in), organizationOrder())
		if err != nil || len(in) > 1<<8 {
			continue
		}
		for _, d := range documents {
			for i, path := range pathsOf(d.Root, nil) {
				if (i+n)%4 > 0 {
					continue // a quarter of the places, to save time
				}
				ok := checkSet(t, d, path, jsonValue(t, newValues[i%len(newValues)]))
				checkInsert(t, d, path, jsonValue(t, newValues[(i+5)%len(newValues)]))
				checkAdd(t, d, path, jsonValue(t, newItems[i%len(newItems)]))
				checkRemove(t, d, path)
				if done++; !ok {
					refused++
				}
			}
		}
	}
	if done < 500 || refused > done/4 {
		t.Errorf("%d of %d edits were refused", refused, done)
	}
}

// editCorpus are files that are hard to edit.
var editCorpus = []string{
	"a: &a {b: 1}\nc: *a\nd: {<<: *a, e: 1}\nf: [*a, x]\n",
	"- - - a\n    - b\n  - - c\n- d: 1\n  e:\n  - f\n",
	"a: |+\n  x\n\n\nb: >-\n  y\n  z\n\n# foot\n",
	"{ a: [1, {b: }, 'c' ], \"d\":{e}, f: }\n",
	"a:\r\n  - b: 1 # one\r\n    c: 2\r\n\r\n  # two\r\n  - b: 3\r\n",
	"? a\n: b\n? c\nd: 1\n",
	"--- # one\na: 1\n...\n---\nb: [\n  x, # x\n  y # y\n]\n",
	"a: \"long\n  text\" # end\nb: long\n  text # end\n  # more\nc: d",
}

func reopened(t *testing.T, d *Document, out []byte) *Document {
	t.Helper()
	f, err := open(out, d.file.order)
	if err != nil || len(f.roots) != len(d.file.roots) {
		t.Fatalf("%v: what an edit made cannot be read\n%s", err, out)
	}
	for i, root := range f.roots {
		if i != d.index && yamldata.JSON(root.Plain()) != yamldata.JSON(d.file.roots[i].Plain()) {
			t.Errorf("another document changed\n%s", out)
		}
	}
	return &Document{f.roots[d.index], f, d.index}
}

// checkSet checks that the value can be read after Set, that the same Set again changes nothing, and that the old value can be set back.
func checkSet(t *testing.T, d *Document, path Path, value any) bool {
	t.Helper()
	was, isThere := valueAt(d, path)
	out, err := textOf(d.Set(path, value))
	if err != nil {
		if out != nil {
			t.Errorf("%v, and a text", err)
		}
		return false
	}
	changed := reopened(t, d, out)
	if got, ok := valueAt(changed, path); !ok || yamldata.JSON(got) != yamldata.JSON(value) {
		t.Errorf("set %s: reads %s, want %s\n%s\n%s", path, yamldata.JSON(got), yamldata.JSON(value), d.file.Raw, out)
	}
	if again, err := textOf(changed.Set(path, value)); err != nil || string(again) != string(out) {
		t.Errorf("set %s again: %v\n%s\n%s", path, err, out, again)
	}
	checkScalarStaysInPlace(t, d, changed, path, value)
	if back, err := textOf(changed.Set(path, was)); isThere && err == nil && yamldata.JSON(reopened(t, d, back).Root.Plain()) != yamldata.JSON(d.Root.Plain()) {
		t.Errorf("set %s back:\n%s\n%s", path, d.file.Raw, back)
	}
	return true
}

// checkScalarStaysInPlace checks that replacing one text by another changes nothing else.
func checkScalarStaysInPlace(t *testing.T, d, changed *Document, path Path, value any) {
	t.Helper()
	at, err := d.find(path)
	if _, isText := value.(string); err == nil && isText && len(at.rest) == 0 && at.row.value.kind == scalar {
		checkOutside(t, d, changed.file.Raw, at.row.start, d.file.NextLine(at.row.tail))
		checkComments(t, d, changed)
	}
}

// checkInsert checks that Remove after Insert restores the values, and that all comments stay.
func checkInsert(t *testing.T, d *Document, path Path, value any) {
	t.Helper()
	out, err := textOf(d.Insert(path, value))
	if err != nil {
		return
	}
	changed := reopened(t, d, out)
	if got, ok := valueAt(changed, path); !ok || yamldata.JSON(got) != yamldata.JSON(value) {
		t.Errorf("insert %s: reads %s, want %s\n%s", path, yamldata.JSON(got), yamldata.JSON(value), out)
	}
	checkComments(t, d, changed)
	back, err := textOf(changed.Remove(path))
	if _, hadHome := valueAt(d, path[:len(path)-1]); err != nil || !hadHome {
		return
	}
	if got := reopened(t, d, back); yamldata.JSON(got.Root.Plain()) != yamldata.JSON(d.Root.Plain()) && !isNullAt(d, path[:len(path)-1]) {
		t.Errorf("insert and remove %s:\n%s\n%s\n%s", path, d.file.Raw, out, back)
	}
}

// checkRemove checks that Remove changes only the lines of the value, and the comments and blank lines around it.
func checkRemove(t *testing.T, d *Document, path Path) {
	t.Helper()
	out, err := textOf(d.Remove(path))
	if err != nil {
		return
	}
	reopened(t, d, out)
	at, _ := d.find(path)
	start := at.above.mark
	if at.index > 0 {
		start = at.in.rows[at.index-1].end()
	}
	end := d.file.NextLine(d.file.below(at.row))
	if at.in.flow {
		start, end = at.in.start, at.in.end
	}
	if at.index+1 < len(at.in.rows) {
		end = max(end, at.in.rows[at.index+1].start) // the next row may move up to the same line
	}
	checkOutside(t, d, out, start, end)
}

// checkOutside checks that the text before and after a region is unchanged.
func checkOutside(t *testing.T, d *Document, out []byte, start, end int) {
	t.Helper()
	in, out := d.file.Raw, yamldata.NewText(out).Data()
	if end == len(in) {
		end = len(strings.TrimRight(string(in), "\r\n")) // the region reaches the end of the file
		out = []byte(strings.TrimRight(string(out), "\r\n"))
		in = in[:end]
	}
	if !bytes.HasPrefix(out, in[:min(start, len(in))]) || !bytes.HasSuffix(out, in[min(end, len(in)):]) {
		t.Errorf("the text outside of %d to %d changed\n%q\n%q", start, end, in, out)
	}
}

// checkComments checks that the number of comments is the same.
func checkComments(t *testing.T, d, changed *Document) {
	t.Helper()
	if was, is := len(d.file.comments), len(changed.file.comments); is != was {
		t.Errorf("%d comments of %d\n%s\n%s", is, was, d.file.Raw, changed.file.Raw)
	}
}

func valueAt(d *Document, path Path) (value any, ok bool) {
	value, ok = d.Root.Plain(), true
	for _, step := range path {
		if value, ok = yamldata.Part(value, step); !ok {
			return nil, false
		}
	}
	return value, ok
}

func isNullAt(d *Document, path Path) bool {
	value, ok := valueAt(d, path)
	return ok && value == nil
}

// formatArchives returns the input files of spec's format stories.
func formatArchives(t testing.TB) (all []string) {
	t.Helper()
	names, err := filepath.Glob("../spec/testdata/*/*.txtar")
	if err != nil || len(names) < 100 {
		t.Fatalf("%d archives, %v", len(names), err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			all = append(all, string(file.Data))
		}
	}
	return all
}

// textOf returns the text of a changed document.
func textOf(d *Document, err error) ([]byte, error) { return d.Text(), err }
