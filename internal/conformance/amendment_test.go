package conformance

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"strconv"
	"strings"
	"testing"
)

// amendment is a place where the description is not what Atlas does, or leaves out what Atlas has.
type amendment struct {
	at  string // the way there, key by key
	put string // what has to stand there, in JSON
	why string // and where that is known from: facts is atlas-api/facts.md, beside the description
}

// deviations lists all that are allowed. Every one of them is needed.
func deviations() []amendment {
	const (
		spaced  = `"^[\\p{L}\\p{N}\\-_.(),:&@+' ]{1,64}$"`
		spaces  = "facts §4: live names have spaces, such as Atlas CLI E2E (observed)"
		inviter = "facts §14: it is the public key, if a key invited (observed)"
		unset   = "facts §5: null unsets it, as the words about it say"
		mobile  = "facts §14: it is null (observed)"
	)
	return []amendment{
		{"components schemas AtlasOrganization properties name pattern", spaced, spaces},
		{"components schemas CreateOrganizationRequest properties name pattern", spaced, spaces},
		{"components schemas OrganizationInvitation properties orgName pattern", spaced, spaces},
		{"components schemas OrganizationInvitation properties inviterUsername format", `""`, inviter},
		{"components schemas OrgPendingUserResponse allOf 1 properties inviterUsername format", `""`, inviter},
		{"components schemas OrgActiveUserResponse allOf 1 properties mobileNumber nullable", "true", mobile},
		{"components schemas CloudAppUser properties mobileNumber nullable", "true", mobile},
		{"components schemas CloudAppUser required", `["country","emailAddress","firstName","lastName","mobileNumber","roles","username"]`,
			"no answer but that to creating a user has the password, as the words about it say"},
		{"components schemas OrgFederationSettings properties identityProviderId nullable", "true", "facts §14: it is null (observed)"},
		{"components schemas CustomSessionTimeouts nullable", "true", unset},
		{"components schemas CustomSessionTimeouts properties absoluteSessionTimeoutInSeconds nullable", "true", unset},
		{"components schemas CustomSessionTimeouts properties idleSessionTimeoutInSeconds nullable", "true", unset},
		{"components schemas ApiError properties parameters items", `{"anyOf":[{"type":"string"},{"type":"number"}]}`,
			"facts §1: they are texts and numbers, not objects (observed)"},
		{"components schemas ApiError properties parameters nullable", "true", "facts §1: they may be null (observed)"},
		{"paths /api/atlas/v2/orgs get responses 406", `{"$ref":"#/components/responses/badRequest"}`,
			"facts §1: the answer to no version, or to none that there is (documented)"},
		{"paths /api/atlas/v2/orgs/{orgId}/invites post responses 409", `{"$ref":"#/components/responses/conflict"}`,
			"facts §7, §17: the newer way to invite has it, the older one says nothing; the sandbox assumes the same"},
		{"paths /api/atlas/v2/orgs/{orgId}/users/{userId}/roles put responses 400", `{"$ref":"#/components/responses/badRequest"}`,
			"facts §1: a body that is wrong is a 400 everywhere (documented)"},
	}
}

// amendments returns the deviations, and the paths that Atlas has and the description does not.
func amendments(t *testing.T) []amendment {
	t.Helper()
	data, err := os.ReadFile("testdata/undescribed.json")
	if err != nil {
		t.Fatal(err)
	}
	var paths map[string]json.RawMessage
	var texts map[string]struct{ Description string }
	if err := errors.Join(json.Unmarshal(data, &paths), json.Unmarshal(data, &texts)); err != nil {
		t.Fatal(err)
	}
	all := deviations()
	for path, item := range paths {
		all = append(all, amendment{"paths " + path, string(item), texts[path].Description})
	}
	return all
}

// amend returns the description with what has to stand in it.
func amend(t *testing.T, data []byte, amendments []amendment) []byte {
	t.Helper()
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	for _, a := range amendments {
		path := strings.Split(a.at, " ")
		last := len(path) - 1
		parent, ok := follow(doc, path[:last]).(map[string]any)
		if !ok {
			t.Fatalf("the description has nothing at %s", a.at)
		}
		parent[path[last]] = json.RawMessage(a.put)
	}
	return []byte(marshal(t, doc))
}

// follow returns what is at the end of a path, or nil.
func follow(doc any, path []string) any {
	for _, step := range path {
		switch at := doc.(type) {
		case map[string]any:
			doc = at[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(at) {
				return nil
			}
			doc = at[i]
		}
	}
	return doc
}

// prune returns the description without the paths that no exchange used: it is read once for each deviation.
func (d *description) prune(t *testing.T, data []byte, exchanges map[string]exchange) []byte {
	t.Helper()
	used := map[string]bool{}
	for _, e := range exchanges {
		if route, _ := d.operation(e); route != nil {
			used[route.Path] = true
		}
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	paths, _ := doc["paths"].(map[string]any)
	maps.DeleteFunc(paths, func(path string, _ any) bool { return !used[path] })
	return []byte(marshal(t, doc))
}
