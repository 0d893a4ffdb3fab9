package conformance

import (
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
)

// writes returns the operation and version that each verb of a kind uses.
func writes() map[string]string {
	return map[string]string{
		"organization.Create": "createOrg 2023-01-01",
		"organization.Update": "updateOrg 2023-01-01",
		"organization.Delete": "deleteOrg 2023-01-01",
		"settings.Update":     "updateOrgSettings 2023-01-01",
		"invitations.Create":  "createOrgInvite 2023-01-01",
		"invitations.Update":  "updateOrgInviteById 2023-01-01",
		"invitations.Delete":  "deleteOrgInvite 2023-01-01",
		"members.Create":      "createOrgUser 2025-02-19",
		"members.Update":      "updateOrgUser 2025-02-19",
		"members.Delete":      "removeOrgUser 2025-02-19",
	}
}

// reads returns every operation that the program uses to read.
func reads() []string {
	return []string{
		"getOrg 2023-01-01",
		"getOrgGroups 2023-01-01",
		"getOrgSettings 2023-01-01",
		"listOrgInvites 2023-01-01",
		"listOrgTeams 2023-01-01",
		"listOrgUsers 2025-02-19",
		"listOrgs 2023-01-01",
		"mintToken ",
		"revokeToken ",
	}
}

// checkProgram checks that the program sent every request that it can, always in the newest version, and was never
// refused.
func (d *description) checkProgram(t *testing.T, program []exchange) {
	d.checkVerbs(t, program)
	d.checkProperties(t, program)
	checkSettings(t, program)
	checkPages(t, program)
	for _, e := range program {
		if challenge := e.status == http.StatusUnauthorized && !e.authenticated; !e.succeeded() && !challenge {
			t.Errorf("%s %s %s was refused: %d %s", e.method, e.uri, e.body, e.status, e.answer)
		}
		route, _ := d.operation(e)
		if route == nil || !versioned(versions(route.Operation)) {
			continue
		}
		if got, want := e.sent.Get("Accept"), newest(route.Operation); got != want {
			t.Errorf("%s %s accepts %s, and there is %s", e.method, e.uri, got, want)
		}
	}
}

// checkPages fails for a list if the program never read its second page.
func checkPages(t *testing.T, program []exchange) {
	for _, list := range []string{"groups", "teams", "users"} {
		second := func(e exchange) bool {
			return e.succeeded() && strings.HasSuffix(e.url().Path, "/"+list) && e.url().Query().Get("pageNum") == "2"
		}
		if !slices.ContainsFunc(program, second) {
			t.Errorf("the list of %s was never read beyond its first page", list)
		}
	}
}

// newest returns the newest media type of an operation, without previews.
func newest(o *openapi3.Operation) string {
	return slices.Max(slices.DeleteFunc(versions(o), func(t string) bool { return strings.Contains(t, "preview") }))
}

// checkVerbs fails if a verb of a kind has no operation in writes, or its operation was not seen, or the other way
// round.
func (d *description) checkVerbs(t *testing.T, program []exchange) {
	listed := writes()
	for _, k := range resource.Kinds {
		for verb, has := range map[string]bool{"Create": k.Create != nil, "Update": k.Update != nil, "Delete": k.Delete != nil} {
			if _, known := listed[k.Name+"."+verb]; known != has {
				t.Errorf("%s.%s: in the kind %t, in writes of coverage_test.go %t; both must have it", k.Name, verb, has, known)
			}
		}
	}
	want := append(reads(), slices.Collect(maps.Values(listed))...)
	slices.Sort(want)
	if diff := cmp.Diff(want, d.succeeded(program)); diff != "" {
		t.Errorf("operations (-listed +seen); reads and writes of coverage_test.go list them, and the kind's story shows them:\n%s", diff)
	}
}

// checkProperties fails for a property that Atlas accepts and the program never sent.
func (d *description) checkProperties(t *testing.T, program []exchange) {
	given, taken := map[string]bool{}, map[string]bool{}
	for _, e := range program {
		route, _ := d.operation(e)
		if route == nil || len(e.body) == 0 || strings.HasPrefix(e.uri, "/api/oauth/") {
			continue // a token request is a form
		}
		id := route.Operation.OperationID
		schema := route.Operation.RequestBody.Value.Content.Get(e.sent.Get("Content-Type")).Schema.Value
		addWritable(taken, id, schema)
		var body any
		if err := json.Unmarshal(e.body, &body); err != nil {
			t.Fatal(err)
		}
		addGiven(given, id, body)
	}
	for property := range taken {
		if !given[property] {
			t.Errorf("%s was never sent", property)
		}
	}
}

// addWritable adds the paths of all properties that a request may have.
func addWritable(all map[string]bool, path string, s *openapi3.Schema) {
	if s.Items != nil {
		s = s.Items.Value
	}
	for name, property := range s.Properties {
		if !property.Value.ReadOnly {
			all[path+"."+name] = true
			addWritable(all, path+"."+name, property.Value)
		}
	}
}

// addGiven adds the paths of all properties that a body has.
func addGiven(all map[string]bool, path string, body any) {
	switch v := body.(type) {
	case map[string]any:
		for name, value := range v {
			all[path+"."+name] = true
			addGiven(all, path+"."+name, value)
		}
	case []any:
		for _, item := range v {
			addGiven(all, path, item)
		}
	}
}

// checkSettings fails for a setting that did not get two values, or was not cleared although our schema allows null.
func checkSettings(t *testing.T, program []exchange) {
	data, err := fs.ReadFile(schema.Files, "settings.json")
	if err != nil {
		t.Fatal(err)
	}
	var settings struct {
		Properties map[string]struct{ Type any }
	}
	if err := json.Unmarshal(data, &settings); err != nil {
		t.Fatal(err)
	}
	values := settingsSent(t, program)
	for name, property := range settings.Properties {
		cleared := values[name]["null"] || values[name][`""`]
		delete(values[name], "null")
		delete(values[name], `""`)
		types, _ := property.Type.([]any)
		if len(values[name]) < 2 || cleared != slices.Contains(types, any("null")) {
			t.Errorf("setting %s had the values %v, and was cleared: %t; driveSettings has to send two, and clear it only if the schema allows null",
				name, slices.Sorted(maps.Keys(values[name])), cleared)
		}
	}
}

// settingsSent returns the values that each setting got, as JSON.
func settingsSent(t *testing.T, program []exchange) map[string]map[string]bool {
	values := map[string]map[string]bool{}
	for _, e := range program {
		if e.method != http.MethodPatch || !strings.HasSuffix(e.url().Path, "/settings") {
			continue
		}
		var body map[string]json.RawMessage
		if err := json.Unmarshal(e.body, &body); err != nil {
			t.Fatal(err)
		}
		for name, value := range body {
			if values[name] == nil {
				values[name] = map[string]bool{}
			}
			values[name][string(value)] = true
		}
	}
	return values
}
