package reconcile

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// TestAdvice checks the advice in errors. Package resource knows roles and deleted organizations. Package client knows what the
// codes of Atlas mean.
func TestAdvice(t *testing.T) {
	const deleted = "if the organization was already deleted, its credential was deleted with it: then remove the organization from the tree"
	refused := func(method, code string) error { return &client.Error{Method: method, Status: 401, Code: code} }
	gone := func(status int, code string) error {
		return &resource.DeletionUnknownError{Err: &client.Error{Method: "DELETE", Path: "/api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e01", Status: status, Code: code}}
	}
	for _, row := range []struct {
		reason string
		err    error
		want   string
	}{
		{"a section that needs another role", &resource.SectionError{Kind: "invitations", Err: refused("GET", "NOT_ORG_OWNER")}, "to read invitations the credential needs the role ORG_OWNER"},
		{"an organization that needs another role", &resource.SectionError{Kind: "organization", Err: refused("GET", "USER_UNAUTHORIZED")}, "to read an organization the credential needs the role ORG_MEMBER or ORG_READ_ONLY"},
		{"a write that needs the role ORG_OWNER", refused("PATCH", "ORG_REQUIRES_ROLE"), "the credential needs the role ORG_OWNER"},
		{"a section that Atlas refuses for another reason", &resource.SectionError{Kind: "settings", Err: refused("GET", "UNEXPECTED_ERROR")}, "check the credential, and that the credential belongs to this organization"},
		{"an error with its own advice", &resource.IncompleteError{}, "run it again; if the answer stays the same, check the base URL (--base-url or MONGODB_ATLAS_BASE_URL) and the proxy"},
		{"an error without advice", errors.New("no"), ""},
		{"the organization of a deletion does not exist any more", gone(404, "ORG_NOT_FOUND"), deleted},
		{"the credential of the deleted organization does not exist any more", gone(401, "UNEXPECTED_ERROR"), deleted},
		{"another 404: the organization still exists", gone(404, "CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT"), "remove the team from its projects first"},
		{"a 404 of another server", gone(404, "RESOURCE_NOT_FOUND"), "check the base URL (--base-url or MONGODB_ATLAS_BASE_URL)"},
		{"the credential of another organization", gone(401, "USER_CANNOT_ACCESS_ORG"), "the credential belongs to another organization, or the id is wrong; correct id or credentials in the tree, or the credential"},
	} {
		if got := advice(row.err); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// advice returns what an error says to do.
func advice(err error) string {
	_, advice, _ := strings.Cut(resource.Explain(err), err.Error()+"; ")
	return advice
}

// TestCommon: a message loses the words of its organization: the id, and the name of the credential. Similar words stay.
func TestCommon(t *testing.T) {
	const id = "5f1b0c0d0e0f0a0b0c0d0e01"
	for _, row := range []struct {
		reason, credentials, message string
		want                         string
		namesCredential              bool
	}{
		{"the id in a path", "ACME", "GET /orgs/" + id + "/users: 503", "GET /orgs/ID/users: 503", false},
		{"the number of tries", "ACME", "GET /orgs: 503 (tried 4 times); run it again", "GET /orgs: 503; run it again", false},
		{"the id as a part of another word stays", "ACME", "0" + id, "0" + id, false},
		{"all spellings of the variables", "ACME", "check MONGODB_ATLAS_PUBLIC_KEY_ACME and MONGODB_ATLAS_PRIVATE_API_KEY_ACME", "check MONGODB_ATLAS_PUBLIC_KEY_NAME and MONGODB_ATLAS_PRIVATE_API_KEY_NAME", true},
		{"the name of the credential", "ACME", "credentials: ACME needs MONGODB_ATLAS_CLIENT_ID_ACME", "credentials: NAME needs MONGODB_ATLAS_CLIENT_ID_NAME", true},
		{"a variable before other words", "ACME", "set MONGODB_ATLAS_CLIENT_ID_ACME, then run it again", "set MONGODB_ATLAS_CLIENT_ID_NAME, then run it again", true},
		{"another name with the same beginning stays", "ACME", "credentials: ACME_2 needs MONGODB_ATLAS_CLIENT_ID_ACME_2", "credentials: ACME_2 needs MONGODB_ATLAS_CLIENT_ID_ACME_2", false},
		{"the name of the credential as another word stays", "GET", "GET /orgs: 404", "GET /orgs: 404", false},
		{"the credential without a name", "", "check MONGODB_ATLAS_PUBLIC_KEY", "check MONGODB_ATLAS_PUBLIC_KEY", false},
	} {
		got, named := common(row.message, resource.OrgRef{ID: id, Credentials: row.credentials})
		if got != row.want || named != row.namesCredential {
			t.Errorf("%s: got %q, %t", row.reason, got, named)
		}
	}
}

// TestPlaceOfError: an error of an object that the tree does not have is at its section. It has no column and names no object.
func TestPlaceOfError(t *testing.T) {
	tree, err := spec.Load(fstest.MapFS{"a.yaml": {Data: []byte("name: Acme\nmembers:\n  - username: ada@acme.example\n    roles: [ORG_OWNER]\n")}}, []string{"a.yaml"})
	if err != nil || len(tree.Orgs) != 1 {
		t.Fatal(tree, err)
	}
	for _, row := range []struct {
		reason, key, about string
		line               int
		hasColumn          bool
	}{
		{"an object of the tree", "ada@acme.example", "ada@acme.example", 3, true},
		{"an object that only Atlas has", "old@acme.example", "", 2, false},
	} {
		at, about := (&OrgError{Org: tree.Orgs[0]}).at(locatedError{resource.Location{Kind: "members", Key: row.key}})
		if about != row.about || at.Line != row.line || at.Column > 0 != row.hasColumn {
			t.Errorf("%s: got %q at %v", row.reason, about, at)
		}
	}
}

type locatedError struct{ at resource.Location }

func (e locatedError) Error() string               { return "refused" }
func (e locatedError) Location() resource.Location { return e.at }
