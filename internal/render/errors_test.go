package render_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
)

// failing returns an organization with problems.
func failing(name, credentials string, problems ...plan.Problem) plan.Org {
	return plan.Org{Name: name, Credentials: credentials, Error: "x", Problems: problems}
}

// TestErrors: an error that several organizations share is written once, with their names.
func TestErrors(t *testing.T) {
	at := plan.Source{File: "orgs/a.yaml", Line: 3}
	refused := plan.Problem{At: at, Message: "GET /orgs: connection refused", Common: "GET /orgs: connection refused"}
	section := func(id string) plan.Problem {
		return plan.Problem{At: at, About: "kay@acme.example", Message: "GET /orgs/" + id + "/users: 503", Common: "GET /orgs/ID/users: 503"}
	}
	missing := func(name string) plan.Problem {
		return plan.Problem{At: at, Message: "credentials: " + name + " needs SECRET_" + name, Common: "credentials: NAME needs SECRET_NAME", NamesCredential: true}
	}
	saved := func(line string) plan.Problem { return plan.Problem{Message: line, Common: line} }
	twice := plan.Problem{At: at, Message: "described twice; remove one of the two", Common: "described twice; remove one of the two", Other: &plan.Source{File: "orgs/b.yaml", Line: 1}}
	many := make([]plan.Org, 60)
	for i := range many {
		many[i] = failing(fmt.Sprintf("Acme-%02d", i), "", refused)
	}
	for _, row := range []struct {
		reason string
		orgs   []plan.Org
		want   string
	}{
		{"no error", []plan.Org{{Name: "A"}}, ""},
		{"one error has its place", []plan.Org{failing("A", "", refused)}, "error: ./orgs/a.yaml:3: A: GET /orgs: connection refused\n"},
		{"the column, and the object", []plan.Org{failing("A", "", plan.Problem{At: at, Column: 7, About: "kay", Message: "no team", Common: "no team"})}, "error: ./orgs/a.yaml:3:7: A: kay: no team\n"},
		{"another place", []plan.Org{failing("A", "", twice)}, "error: ./orgs/a.yaml:3: A: described twice; remove one of the two (the other is at ./orgs/b.yaml:1)\n"},
		{"two organizations that point at each other", []plan.Org{failing("A", "", twice), failing("B", "", plan.Problem{At: *twice.Other, Message: twice.Message, Common: twice.Common, Other: &at})},
			"error: ./orgs/a.yaml:3: A: described twice; remove one of the two (the other is at ./orgs/b.yaml:1)\nerror: ./orgs/b.yaml:1: B: described twice; remove one of the two (the other is at ./orgs/a.yaml:3)\n"},
		{"the same error in two organizations", []plan.Org{failing("A", "", refused), failing("B", "", refused)}, "error: 2 organizations: GET /orgs: connection refused\n  A, B\n"},
		{"errors that differ only in the id of the organization", []plan.Org{failing("A", "", section("1")), failing("B", "", section("2"))},
			"error: 2 organizations: kay@acme.example: GET /orgs/ID/users: 503\n  A, B\n"},
		{"errors that differ only in the name of the credential", []plan.Org{failing("A", "X", missing("X")), failing("B", "Y", missing("Y"))},
			"error: 2 organizations: credentials: NAME needs SECRET_NAME\n  NAME in brackets: A (X), B (Y)\n"},
		{"the same error of a shared credential", []plan.Org{failing("A", "X", missing("X")), failing("B", "X", missing("X"))},
			"error: 2 organizations: credentials: X needs SECRET_X\n  A, B\n"},
		{"one organization with the same error twice", []plan.Org{failing("A", "", refused, refused)}, strings.Repeat("error: ./orgs/a.yaml:3: A: GET /orgs: connection refused\n", 2)},
		{"the same request for different objects", []plan.Org{failing("A", "", section("1")), failing("B", "", plan.Problem{At: at, Message: "GET /orgs/2/users: 503", Common: "GET /orgs/ID/users: 503"})},
			"error: ./orgs/a.yaml:3: A: kay@acme.example: GET /orgs/1/users: 503\nerror: ./orgs/a.yaml:3: B: GET /orgs/2/users: 503\n"},
		{"errors in the order of their first organizations", []plan.Org{failing("A", "", section("1"), refused), failing("B", "", refused), failing("C", "", section("3"))},
			"error: 2 organizations: kay@acme.example: GET /orgs/ID/users: 503\n  A, C\nerror: 2 organizations: GET /orgs: connection refused\n  A, B\n"},
		{"a problem of a saved plan is only a line", []plan.Org{failing("A", "", saved("a.yaml:1: A: x"), saved("a.yaml:1: A: y"))}, "error: a.yaml:1: A: x\nerror: a.yaml:1: A: y\n"},
		{"each organization has its own place, and the place of its other", []plan.Org{failing("A", "", twice), failing("B", "", twice)},
			"error: ./orgs/a.yaml:3: A: described twice; remove one of the two (the other is at ./orgs/b.yaml:1)\nerror: ./orgs/a.yaml:3: B: described twice; remove one of the two (the other is at ./orgs/b.yaml:1)\n"},
		{"a name with a comma is one name", []plan.Org{failing("A, B", "", refused), failing("C", "", refused)}, "error: 2 organizations: GET /orgs: connection refused\n  \"A, B\", C\n"},
		{"equal names have their ids, also without an error", []plan.Org{{Name: "A, B", ID: id, Problems: []plan.Problem{refused}}, {Name: "A, B", ID: "5f1b0c0d0e0f0a0b0c0d0e10"}, failing("C", "", refused)},
			"error: 2 organizations: GET /orgs: connection refused\n  \"A, B\" (" + id + "), C\n"},
		{"names that look like other lines are quoted", []plan.Org{failing("A\nerror: x", "", refused), failing("::error::`", "", refused)},
			"error: 2 organizations: GET /orgs: connection refused\n  \"::error::\\x60\", \"A\\nerror: x\"\n"},
		{"a long list of names is wrapped and cut", many, `error: 60 organizations: GET /orgs: connection refused
  Acme-00, Acme-01, Acme-02, Acme-03, Acme-04, Acme-05, Acme-06, Acme-07,
  Acme-08, Acme-09, Acme-10, Acme-11, Acme-12, Acme-13, Acme-14, Acme-15,
  Acme-16, Acme-17, Acme-18, Acme-19, and 40 more; plan --format json lists all
`},
	} {
		got := written(t, plan.New(row.orgs), func(w io.Writer, p *plan.Plan) error {
			return render.WriteErrors(w, p, func(file string) string { return "./" + file })
		})
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", row.reason, diff)
		}
	}
}
