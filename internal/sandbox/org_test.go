package sandbox

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func number(s string) any { return json.Number(s) }

func TestGetOrg(t *testing.T) {
	c := demo(t, "ACME_PROD")
	self := c.base + v2 + "/" + prodID
	want := parse(t, `{"id":"`+prodID+`","isDeleted":false,"name":"Acme-Production","skipDefaultAlertsSettings":false,"links":[
		{"rel":"self","href":"`+self+`"},
		{"rel":"https://cloud.mongodb.com/groups","href":"`+self+`/groups"},
		{"rel":"https://cloud.mongodb.com/teams","href":"`+self+`/teams"},
		{"rel":"https://cloud.mongodb.com/users","href":"`+self+`/users"}]}`)
	if diff := cmp.Diff(want, c.do("GET", v2+"/"+prodID, "").body); diff != "" {
		t.Error(diff)
	}
}

func TestListOrgs(t *testing.T) {
	for _, row := range []struct{ reason, query, names string }{
		{"a credential lists its own organization only", "", "Acme-Production"},
		{"the name is a case-insensitive prefix", "?name=ACME-pr", "Acme-Production"},
		{"an empty name is no filter", "?name=", "Acme-Production"},
		{"not a part in the middle", "?name=Production", ""},
		{"not a longer name", "?name=Acme-Production2", ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			res := demo(t, "ACME_PROD").do("GET", v2+row.query, "").want(t, 200, "")
			if diff := cmp.Diff(row.names, names(res.results(), "name")); diff != "" {
				t.Error(diff)
			}
			for _, item := range res.results() {
				if links := item.(fields)["links"].([]any); len(links) != 1 {
					t.Errorf("an item of a list has only its self link: %v", links)
				}
			}
		})
	}
}

func TestUpdateOrg(t *testing.T) {
	for _, row := range []struct {
		reason, body string
		status       int
		code         string
		name         string
		skip         bool
	}{
		{"a new name", `{"name":"Neu Ötztal 2"}`, 200, "", "Neu Ötztal 2", false},
		{"both", `{"name":"A","skipDefaultAlertsSettings":true}`, 200, "", "A", true},
		{"every other character", `{"name":"a-_.(),:&@+' 9"}`, 200, "", "a-_.(),:&@+' 9", false},
		{"64 characters", `{"name":"` + strings.Repeat("ö", 64) + `"}`, 200, "", strings.Repeat("ö", 64), false},
		{"the name is required", `{"skipDefaultAlertsSettings":true}`, 400, "MISSING_ATTRIBUTE", "", false},
		{"65 characters", `{"name":"` + strings.Repeat("x", 65) + `"}`, 400, "INVALID_ORG_NAME", "", false},
		{"no characters", `{"name":""}`, 400, "INVALID_ORG_NAME", "", false},
		{"a slash", `{"name":"a/b"}`, 400, "INVALID_ORG_NAME", "", false},
		{"a number as a name", `{"name":1}`, 400, "INVALID_JSON_ATTRIBUTE", "", false},
		{"null as a name", `{"name":null}`, 400, "VALIDATION_ERROR", "", false},
		{"a flag that is not a boolean", `{"name":"A","skipDefaultAlertsSettings":"true"}`, 400, "INVALID_JSON_ATTRIBUTE", "", false},
		{"an unknown field", `{"name":"A","nmae":"B"}`, 400, "INVALID_ATTRIBUTE", "", false},
		{"id is read-only", `{"name":"A","id":"` + prodID + `"}`, 400, "ATTRIBUTE_READ_ONLY", "", false},
		{"isDeleted is read-only", `{"name":"A","isDeleted":false}`, 400, "ATTRIBUTE_READ_ONLY", "", false},
		{"links are read-only", `{"name":"A","links":[]}`, 400, "ATTRIBUTE_READ_ONLY", "", false},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			before := c.do("GET", v2+"/"+prodID, "").body
			res := c.do("PATCH", v2+"/"+prodID, row.body).want(t, row.status, row.code)
			after := c.do("GET", v2+"/"+prodID, "").body
			if row.status != 200 {
				if diff := cmp.Diff(before, after); diff != "" {
					t.Errorf("a refused request changed something: %s", diff)
				}
				return
			}
			if diff := cmp.Diff(res.body, after); diff != "" {
				t.Errorf("the answer differs from the stored organization: %s", diff)
			}
			if o := res.object(); o["name"] != row.name || o["skipDefaultAlertsSettings"] != row.skip {
				t.Errorf("got %v", o)
			}
		})
	}
}

// TestRenameLegacy: the example of [doc update-one-organization].
func TestRenameLegacy(t *testing.T) {
	c := demo(t, "ACME_PROD")
	path := "/api/public/v1.0/orgs/" + prodID
	res := c.send(request{method: "PATCH", path: path + "?pretty=true", accept: "application/json", body: `{"name":"Organization Name 1"}`})
	res.want(t, 200, "")
	self := c.base + path
	want := parse(t, `{"id":"`+prodID+`","isDeleted":false,"name":"Organization Name 1","links":[
		{"rel":"self","href":"`+self+`"},
		{"rel":"http://mms.mongodb.com/groups","href":"`+self+`/groups"},
		{"rel":"http://mms.mongodb.com/teams","href":"`+self+`/teams"},
		{"rel":"http://mms.mongodb.com/users","href":"`+self+`/users"}]}`)
	if diff := cmp.Diff(want, res.body); diff != "" {
		t.Error(diff)
	}
	if got := res.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("the legacy path has a version: %q", got)
	}
	enveloped := c.do("PATCH", path+"?envelope=true", `{"name":"x"}`).object()
	if inner, _ := enveloped["envelope"].(fields); enveloped["status"] != number("200") || inner["name"] != "x" {
		t.Errorf("envelope %v", enveloped)
	}
	c.do("PATCH", path, `{"name":"x","skipDefaultAlertsSettings":true}`).want(t, 400, "INVALID_ATTRIBUTE")
	c.do("PATCH", path, `{}`).want(t, 400, "MISSING_ATTRIBUTE")
}

func TestDeleteOrg(t *testing.T) {
	c := demo(t, "ACME_PROD")
	c.do("DELETE", v2+"/"+prodID, "").want(t, 409, "ORG_NOT_EMPTY")

	c = c.as("ACME_RESEARCH")
	token := c.bearer()
	res := c.do("DELETE", v2+"/"+c.cred.OrgID, "").want(t, 204, "")
	if res.raw != "" || res.header.Get("Content-Type") == "" {
		t.Errorf("a 204 has a type and no body: %v %q", res.header, res.raw)
	}
	c.do("GET", v2, "").want(t, 401, "UNEXPECTED_ERROR")
	token.wantInvalidToken("the organization is gone")
	if names := c.s.OrgNames(); slices.Contains(names, "Acme-Research") || !slices.Contains(names, "Acme-Production") {
		t.Errorf("the names are %q", names)
	}
	if !c.s.HasOrg("Acme-Production") || !c.s.HasOrg(prodID) || c.s.HasOrg("Acme-Research") || c.s.HasOrg(c.cred.OrgID) {
		t.Error("HasOrg must find Acme-Production, and not the deleted organization")
	}
	if cred := c.s.Grant("NEW", "Acme-Research"); cred.OrgID != "" {
		t.Errorf("Grant found a deleted organization: %v", cred.OrgID)
	}
}

// TestOrgCopy: a copy of an organization shares no memory with it, also in fields that it will have later.
func TestOrgCopy(t *testing.T) {
	o := &Org{}
	fillAll(t, reflect.ValueOf(o).Elem())
	before := string(encode(o))
	c := o.copy()
	if got := string(encode(c)); got != before {
		t.Fatalf("the copy is %s, not %s", got, before)
	}
	spoil(reflect.ValueOf(c).Elem())
	if got := string(encode(o)); got != before || string(encode(c)) == before {
		t.Errorf("a change of the copy changed the organization: %s", got)
	}
}

// fillAll gives v and everything in it a value.
func fillAll(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillAll(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillAll(t, v.Index(0))
	case reflect.Map:
		v.Set(reflect.ValueOf(fields{"flag": true, "parts": fields{"part": "old"}}))
	case reflect.String:
		v.SetString("old")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(demoStart()))
			return
		}
		for i := range v.NumField() {
			fillAll(t, v.Field(i))
		}
	default:
		t.Fatalf("the test cannot fill %s", v.Type())
	}
}

// spoil changes what v refers to, without replacing the references.
func spoil(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		spoil(v.Elem())
	case reflect.Slice:
		spoil(v.Index(0))
	case reflect.Map:
		for name, part := range v.Interface().(fields) {
			if parts, ok := part.(fields); ok {
				parts["part"] = "new"
			}
			v.SetMapIndex(reflect.ValueOf(name+" new"), reflect.ValueOf(true))
		}
	case reflect.String:
		v.SetString("new")
	case reflect.Bool:
		v.SetBool(false)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() != reflect.TypeFor[time.Time]() {
				spoil(v.Field(i))
			}
		}
	}
}
