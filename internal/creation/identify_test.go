package creation

import (
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/spec"

	"github.com/google/go-cmp/cmp"
)

const newID = "5f1b0c0d0e0f0a0b0c0d3001"

func TestIdentify(t *testing.T) {
	for _, row := range []struct {
		reason   string
		line     int
		in, want string // want is the result, with ID for the id
	}{
		{"the id goes below the name", 1, "name: Acme\ncreate: { from: BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001 }\n", "name: Acme\nid: ID\ncreate: { from: BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001 }\n"},
		{"comments stay", 2, "# ours\nname: Acme # new\n\n# paid by\ncreate: { from: BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001 }\n", "# ours\nname: Acme # new\nid: ID\n\n# paid by\ncreate: { from: BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001 }\n"},
		{"the name is the last key", 2, "create: { from: BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001 }\nname: Acme", "create: { from: BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001 }\nname: Acme\nid: ID"},
		{"the second of three documents", 4, "name: A\n---\n# two\nname: B\n---\nname: C\n", "name: A\n---\n# two\nname: B\nid: ID\n---\nname: C\n"},
		{"an empty document above", 3, "---\n---\nname: B\n...\n", "---\n---\nname: B\nid: ID\n...\n"},
		{"line breaks of Windows", 1, "name: Acme\r\ncredentials: ACME\r\n", "name: Acme\r\nid: ID\r\ncredentials: ACME\r\n"},
		{"mixed line breaks", 2, "# ours\r\nname: Acme\ncredentials: ACME\r\n", "# ours\r\nname: Acme\nid: ID\ncredentials: ACME\r\n"},
		{"a byte-order mark", 1, "\ufeffname: Acme\n", "\ufeffname: Acme\nid: ID\n"},
		{"a name of several lines", 1, "name:\n  Acme\n  Labs\ncredentials: ACME\n", "name:\n  Acme\n  Labs\nid: ID\ncredentials: ACME\n"},
		{"a name as a block", 1, "name: >-\n  Acme\n  Labs\n\ncredentials: ACME\n", "name: >-\n  Acme\n  Labs\nid: ID\n\ncredentials: ACME\n"},
		{"a quoted name", 1, "\"name\": \"Acme\"\ncredentials: ACME\n", "\"name\": \"Acme\"\nid: ID\ncredentials: ACME\n"},
		{"an anchor", 1, "name: &name Acme\ncredentials: ACME\n", "name: &name Acme\nid: ID\ncredentials: ACME\n"},
		{"everything is indented", 1, "  name: Acme\n  credentials: ACME\n", "  name: Acme\n  id: ID\n  credentials: ACME\n"},
		{"flow style", 1, "{name: Acme, credentials: ACME}\n", "{name: Acme, id: ID, credentials: ACME}\n"},
		{"flow style, with only a name", 1, "{ name: 'A, B' }\n", "{ name: 'A, B', id: ID }\n"},
		{"flow style on several lines", 2, "{\n  \"name\": \"Acme\",\n  \"credentials\": \"ACME\"\n}\n", "{\n  \"name\": \"Acme\", id: ID,\n  \"credentials\": \"ACME\"\n}\n"},
		{"flow style after the start of the document", 1, "--- {name: Acme}\n", "--- {name: Acme, id: ID}\n"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			name := nameIn(t, row.in, row.line)
			got, err := identify([]byte(row.in), row.line, name, newID)
			if want := strings.ReplaceAll(row.want, "ID", newID); err != nil || string(got) != want {
				t.Errorf("%v (-want +got):\n%s", err, cmp.Diff(want, string(got)))
			}
		})
	}
}

// nameIn returns the name of the organization in a line of a file.
func nameIn(t *testing.T, text string, line int) string {
	t.Helper()
	tree, err := spec.Load(fstest.MapFS{"acme.yaml": {Data: []byte(text)}}, []string{"acme.yaml"})
	if err != nil || spec.Count(tree.Diagnostics, spec.Error) > 0 {
		t.Fatal(tree, err)
	}
	for _, o := range tree.Orgs {
		if place, _ := o.Written("name"); place.Line == line {
			return o.Name
		}
	}
	t.Fatalf("no name in line %d", line)
	return ""
}

// TestIdentifyQuotes: an id that YAML would read as a number is quoted.
func TestIdentifyQuotes(t *testing.T) {
	for _, id := range []string{"000000000000000000000000", "507191919191919191919191", "5e1919191919191919191919"} {
		for _, row := range [][2]string{{"name: Acme\n", "name: Acme\nid: \"ID\"\n"}, {"{name: Acme}\n", "{name: Acme, id: \"ID\"}\n"}} {
			got, err := identify([]byte(row[0]), 1, "Acme", id)
			if want := strings.ReplaceAll(row[1], "ID", id); err != nil || string(got) != want {
				t.Errorf("%v\n%s, want\n%s", err, got, want)
			}
		}
	}
}

func TestIdentifyRefuses(t *testing.T) {
	for _, row := range []struct{ reason, in, want string }{
		{"the file was changed", "# new\nname: Acme\n", "the file was changed, and line 1 no longer has name: Acme; make a new plan"},
		{"the organization was renamed", "name: Acme-Labs\n", "the file was changed, and line 1 no longer has name: Acme; make a new plan"},
		{"the name comes from a merge key", "<<: { name: Acme }\ncredentials: ACME\n", "the file was changed, and line 1 no longer has name: Acme; make a new plan"},
		{"there is no place for the id", "? name\n: Acme\n", "there is no place for an id below line 1; write each property of the organization on its own line"},
		{"it has an id", "name: Acme\nid: 5f1b0c0d0e0f0a0b0c0d0e0f\n", "line 2 already has an id for the organization; make a new plan"},
		{"the file is not YAML any more", "name: Acme\nname: [\n", "did not find expected node content"},
		{"the file has a duplicate key", "name: Acme\nname: Acme\n", "the file has errors; run 'atlas-gitops validate'"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			got, err := identify([]byte(row.in), 1, "Acme", newID)
			if err == nil || !strings.Contains(err.Error(), row.want) || got != nil {
				t.Errorf("%q, %v; want %q", got, err, row.want)
			}
		})
	}
}
