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

// amendment is a place where the description differs from Atlas, or leaves something out.
type amendment struct {
	at  string // the path to the place, key by key
	put string // the JSON that belongs there
	why string // the reason, with its source
}

// deviations lists all allowed deviations. A test checks that each is needed.
func deviations() []amendment {
	const (
		spaced  = `"^[\\p{L}\\p{N}\\-_.(),:&@+' ]{1,64}$"`
		spaces  = "[seen org-names] names in Atlas have spaces, such as Atlas CLI E2E"
		inviter = "[seen inviter-is-key] it is the public key if an API key invited"
		unset   = "[api updateOrgSettings] null unsets it, as the description text says"
		mobile  = "[seen null-fields] it is null"
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
			"[api createUser] only the answer to createUser has the password, as the description text says"},
		{"components schemas OrgFederationSettings properties identityProviderId nullable", "true", "[seen null-fields] it is null"},
		{"components schemas CustomSessionTimeouts nullable", "true", unset},
		{"components schemas CustomSessionTimeouts properties absoluteSessionTimeoutInSeconds nullable", "true", unset},
		{"components schemas CustomSessionTimeouts properties idleSessionTimeoutInSeconds nullable", "true", unset},
		{"components schemas ApiError properties parameters items", `{"anyOf":[{"type":"string"},{"type":"number"}]}`,
			"[seen error-words] they are texts and numbers, not objects"},
		{"components schemas ApiError properties parameters nullable", "true", "[seen null-error-code] they may be null"},
		{"paths /api/atlas/v2/orgs get responses 406", `{"$ref":"#/components/responses/badRequest"}`,
			"[doc versions] the answer to a missing or unknown version"},
		{"paths /api/atlas/v2/orgs/{orgId}/invites post responses 409", `{"$ref":"#/components/responses/conflict"}`,
			"assumed: [api createOrgUser] has it, [api createOrgInvite] does not mention it"},
		{"paths /api/atlas/v2/orgs/{orgId}/apiKeys/{apiUserId} get responses 400", `{"$ref":"#/components/responses/badRequest"}`,
			"[doc error-codes] an unknown key is a 400"},
		{"paths /api/atlas/v2/orgs/{orgId}/users/{userId}/roles put responses 400", `{"$ref":"#/components/responses/badRequest"}`,
			"[doc error-codes] a wrong body is a 400 in all operations"},
	}
}

// amendments returns the deviations, and the paths of Atlas that the description does not have.
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

// amend returns the description with the amendments.
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

// follow returns the value at a path, or nil.
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

// prune returns the description without paths that no exchange used, because it is read again for each deviation.
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
