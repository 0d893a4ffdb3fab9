package importer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/importer"
)

// TestNewFiles: the names of new files, and the schema that their first line names.
func TestNewFiles(t *testing.T) {
	t.Parallel()
	const org = "id: 00000000000000000000000a\n"
	for _, row := range []struct {
		why, name string
		files     map[string]string
		want      string // the files to write, and the schema of the last one
	}{
		{"another file has the name, in other case or with another ending", "Acme", map[string]string{"orgs/ACME.yml": "name: B\n"},
			"organization.schema.json orgs/acme-00000a.yaml ../organization.schema.json"},
		{"Windows reads con.yaml as a device", "CON", nil, "organization.schema.json orgs/con-00000a.yaml ../organization.schema.json"},
		{"a name without letters", "東京", nil, "organization.schema.json orgs/organization-00000a.yaml ../organization.schema.json"},
		{"a neighbor names the schema of a server", "A", map[string]string{"orgs/b.yaml": "# yaml-language-server: $schema=https://x.example/s.json\nname: B\n"},
			"orgs/a.yaml https://x.example/s.json"},
		{"a neighbor in another directory, with line ends of Windows", "A",
			map[string]string{"orgs/b/b.yaml": "# yaml-language-server: $schema=../../s/s.json\r\nname: B\r\n", "s/s.json": "{}"}, "orgs/a.yaml ../s/s.json"},
		{"a neighbor names a schema that is not there", "A", map[string]string{"orgs/b.yaml": "# yaml-language-server: $schema=s.json\nname: B\n"},
			"organization.schema.json orgs/a.yaml ../organization.schema.json"},
		{"the schema exists, and stays", "A", map[string]string{"organization.schema.json": "{}"}, "orgs/a.yaml ../organization.schema.json"},
		{"nothing to write", "A", map[string]string{"orgs/a.yaml": "name: A\n" + org}, ""},
	} {
		w := seeded(t, "name: "+row.name+"\n"+org, row.files)
		env, c := w.connect(t)
		report, err := importer.New(t.Context(), env, c, importer.Options{Dir: "orgs", Parallel: 1})
		if err != nil {
			t.Fatalf("%s: %v", row.why, err)
		}
		var got []string
		if report.Schema != nil {
			got = append(got, report.Schema.Path)
		}
		for _, f := range report.Files {
			first, _, _ := strings.Cut(string(f.Is), "\n")
			got = append(got, f.Path, strings.TrimPrefix(first, "# yaml-language-server: $schema="))
		}
		if diff := cmp.Diff(row.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: %s", row.why, diff)
		}
	}
}
