package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestVersions: the version to which an Accept header resolves.
func TestVersions(t *testing.T) {
	users := v2 + "/" + prodID + "/users"
	invites := v2 + "/" + prodID + "/invites"
	for _, row := range []struct {
		reason, path, accept, version string
		deprecated                    bool
	}{
		{"the operation's date", v2, v2023, "2023-01-01", false},
		{"a newer known date resolves downwards", v2, "application/vnd.atlas.2025-03-12+json", "2023-01-01", false},
		{"the Accept header of generated clients", v2, v2023 + ", application/json", "2023-01-01", false},
		{"the versioned type need not come first", v2, "application/json, " + v2023, "2023-01-01", false},
		{"parameters do not matter", v2, v2023 + ";charset=utf-8;q=0.5", "2023-01-01", false},
		{"q=0 rules the type out", v2, v2023 + ";q=0", "", false},
		{"no header", v2, "none", "", false},
		{"no date", v2, "application/json", "", false},
		{"*/* has no date", v2, "*/*", "", false},
		{"an unknown date", v2, "application/vnd.atlas.2024-01-01+json", "", false},
		{"a date in the future", v2, "application/vnd.atlas.2099-01-01+json", "", false},
		{"preview", v2, "application/vnd.atlas.preview+json", "", false},
		{"not JSON", v2, "application/vnd.atlas.2023-01-01+csv", "", false},
		{"users in the old version", users, v2023, "2023-01-01", true},
		{"a date between two versions resolves to the older one", users, "application/vnd.atlas.2024-08-05+json", "2023-01-01", true},
		{"users in the new version", users, v2025, "2025-02-19", false},
		{"users at the newest date", users, "application/vnd.atlas.2025-03-12+json", "2025-02-19", false},
		{"invitations are deprecated", invites, "application/vnd.atlas.2025-03-12+json", "2023-01-01", true},
	} {
		t.Run(row.reason, func(t *testing.T) {
			res := demo(t, "ACME_PROD").send(request{method: "GET", path: row.path, accept: row.accept})
			if row.version == "" {
				res.want(t, 406, "INVALID_VERSION_DATE")
				want := `{"detail":"Invalid accept header or version date.","error":406,"errorCode":"INVALID_VERSION_DATE","parameters":[],"reason":"Not Acceptable"}`
				if strings.TrimSpace(res.raw) != want || res.header.Get("Content-Type") != "application/json" {
					t.Errorf("%s %s", res.header.Get("Content-Type"), res.raw)
				}
				return
			}
			res.want(t, 200, "")
			if got := res.header.Get("Content-Type"); got != "application/vnd.atlas."+row.version+"+json;charset=utf-8" {
				t.Errorf("content type %q", got)
			}
			deprecated := res.header.Get("Deprecation") == "Wed, 19 Feb 2025 00:00:00 GMT" &&
				res.header.Get("Sunset") == "Thu, 1 Jul 2027 00:00:00 GMT"
			if deprecated != row.deprecated {
				t.Errorf("headers %v", res.header)
			}
		})
	}
	if got := (versions{date2025}).resolve(date2023); got != "" {
		t.Errorf("a date older than the first version resolves to %q", got)
	}
}

// TestRefusals: the checks before the handler of an operation.
func TestRefusals(t *testing.T) {
	org := v2 + "/" + prodID
	for _, row := range []struct {
		reason string
		q      request
		status int
		code   string
	}{
		{"a path that the sandbox does not have", request{method: "GET", path: "/api/atlas/v2/things"}, 501, "SANDBOX_NOT_EMULATED"},
		{"a slash too many", request{method: "GET", path: v2 + "/"}, 501, "SANDBOX_NOT_EMULATED"},
		{"an empty element is not cleaned away", request{method: "GET", path: "/api//atlas/v2/orgs"}, 501, "SANDBOX_NOT_EMULATED"},
		{"the root of the API", request{method: "GET", path: "/api"}, 404, "RESOURCE_NOT_FOUND"},
		{"outside the API", request{method: "GET", path: "/"}, 404, "RESOURCE_NOT_FOUND"},
		{"a method that the path does not have", request{method: "PUT", path: org}, 405, "METHOD_NOT_ALLOWED"},
		{"a method that a legacy path does not have", request{method: "PUT", path: "/api/public/v1.0/orgs/" + prodID}, 405, "METHOD_NOT_ALLOWED"},
		{"version before scope", request{method: "GET", path: v2 + "/x", accept: "*/*"}, 406, "INVALID_VERSION_DATE"},
		{"an invalid id", request{method: "GET", path: v2 + "/x"}, 404, "INVALID_ORG_ID"},
		{"ids are in lower case", request{method: "GET", path: v2 + "/" + strings.ToUpper(prodID)}, 404, "INVALID_ORG_ID"},
		{"an escaped slash is part of the id", request{method: "GET", path: v2 + "/a%2Fsettings"}, 404, "INVALID_ORG_ID"},
		{"another organization", request{method: "GET", path: v2 + "/" + stageID}, 401, "USER_CANNOT_ACCESS_ORG"},
		{"an organization that does not exist", request{method: "GET", path: v2 + "/000000000000000000000000"}, 401, "USER_CANNOT_ACCESS_ORG"},
		{"another organization, on the legacy path", request{method: "PATCH", path: "/api/public/v1.0/orgs/" + stageID, body: `{"name":"x"}`}, 401, "USER_CANNOT_ACCESS_ORG"},
		{"an unknown parameter", request{method: "GET", path: org + "?verbose=true"}, 400, "INVALID_QUERY_PARAMETER"},
		{"an invalid boolean", request{method: "GET", path: org + "?pretty=yes"}, 400, "INVALID_QUERY_PARAMETER"},
		{"a boolean without value", request{method: "GET", path: org + "?envelope"}, 400, "INVALID_QUERY_PARAMETER"},
		{"a parameter twice", request{method: "GET", path: org + "?pretty=true&pretty=true"}, 400, "INVALID_QUERY_PARAMETER"},
		{"a query that cannot be decoded", request{method: "GET", path: org + "?a;b"}, 400, "INVALID_QUERY_PARAMETER"},
		{"invitations have no pages", request{method: "GET", path: org + "/invites?pageNum=1"}, 400, "INVALID_QUERY_PARAMETER"},
		{"query before body", request{method: "PATCH", path: org + "?x=1", body: "{"}, 400, "INVALID_QUERY_PARAMETER"},
		{"GET with a body", request{method: "GET", path: org, body: "{}"}, 400, "VALIDATION_ERROR"},
		{"DELETE with a body", request{method: "DELETE", path: org, body: "{}"}, 400, "VALIDATION_ERROR"},
		{"a body that is a form", request{method: "PATCH", path: org, body: "name=x", contentType: formType}, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"a body without Content-Type", request{method: "PATCH", path: org, body: "{}", contentType: "none"}, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"a body with an unknown version date", request{method: "PATCH", path: org, body: "{}", contentType: "application/vnd.atlas.2020-01-01+json"}, 415, "UNSUPPORTED_MEDIA_TYPE"},
		{"PATCH without a body", request{method: "PATCH", path: org}, 400, "MALFORMED_JSON"},
		{"a body that is an array", request{method: "PATCH", path: org, body: "[]"}, 400, "INVALID_JSON"},
		{"a body that ends early", request{method: "PATCH", path: org, body: `{"name":`}, 400, "MALFORMED_JSON"},
		{"a body with two objects", request{method: "PATCH", path: org, body: `{} {}`}, 400, "MALFORMED_JSON"},
		{"a body that is not UTF-8", request{method: "PATCH", path: org, body: "{\"name\":\"\xff\"}"}, 400, "MALFORMED_JSON"},
		{"a duplicate key", request{method: "PATCH", path: org, body: `{"name":"a","name":"b"}`}, 400, "MALFORMED_JSON"},
		{"a duplicate key in a nested object", request{method: "PATCH", path: org + "/settings", body: `{"customSessionTimeouts":{"a":1,"a":1}}`}, 400, "MALFORMED_JSON"},
		{"nesting that is too deep", request{method: "PATCH", path: org, body: `{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`}, 400, "MALFORMED_JSON"},
		{"a body over 1 MiB", request{method: "PATCH", path: org, body: `"` + strings.Repeat("x", maxBody) + `"`}, 413, "REQUEST_TOO_LARGE"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			res := demo(t, "ACME_PROD").send(row.q).want(t, row.status, row.code)
			if res.header.Get("X-Error-Code") != row.code || res.header.Get("Content-Type") != "application/json" {
				t.Errorf("headers %v", res.header)
			}
			keys := []string{"detail", "error", "errorCode", "parameters", "reason"}
			for _, k := range keys {
				if _, ok := res.object()[k]; !ok {
					t.Errorf("the error lacks %s: %s", k, res.raw)
				}
			}
			if res.object()["reason"] != http.StatusText(row.status) {
				t.Errorf("reason %v", res.object()["reason"])
			}
		})
	}
}

// TestVersionedBody: a request body may carry the versioned type.
func TestVersionedBody(t *testing.T) {
	demo(t, "ACME_PROD").send(request{method: "PATCH", path: v2 + "/" + prodID, body: `{"name":"x"}`,
		contentType: v2023}).want(t, 200, "")
}

// TestRoles: owners may do everything; the other roles may read everything except invitations.
func TestRoles(t *testing.T) {
	org := "/" + prodID
	for _, row := range []struct{ method, path, body, member string }{
		{"GET", "", "", ""},
		{"POST", "", `{}`, "NOT_ORG_OWNER"},
		{"GET", org, "", ""},
		{"PATCH", org, `{}`, "NOT_ORG_OWNER"},
		{"DELETE", org, "", "NOT_ORG_OWNER"},
		{"GET", org + "/settings", "", ""},
		{"PATCH", org + "/settings", `{}`, "NOT_ORG_OWNER"},
		{"GET", org + "/invites", "", "NOT_ORG_OWNER"},
		{"POST", org + "/invites", `{}`, "NOT_ORG_OWNER"},
		{"PATCH", org + "/invites", `{}`, "NOT_ORG_OWNER"},
		{"GET", org + "/invites/" + alanID, "", "NOT_ORG_OWNER"},
		{"PATCH", org + "/invites/" + alanID, `{}`, "NOT_ORG_OWNER"},
		{"DELETE", org + "/invites/" + alanID, "", "NOT_ORG_OWNER"},
		{"GET", org + "/users", "", ""},
		{"POST", org + "/users", `{}`, "NOT_ORG_OWNER"},
		{"GET", org + "/users/" + adaID, "", ""},
		{"PATCH", org + "/users/" + adaID, `{}`, "NOT_ORG_OWNER"},
		{"DELETE", org + "/users/" + adaID, "", "NOT_ORG_OWNER"},
		{"PUT", org + "/users/" + adaID + "/roles", `{}`, "NOT_ORG_OWNER"},
		{"POST", org + "/users/" + adaID + ":addRole", `{}`, "NOT_ORG_OWNER"},
		{"POST", org + "/users/" + adaID + ":removeRole", `{}`, "NOT_ORG_OWNER"},
		{"GET", org + "/groups", "", ""},
		{"GET", org + "/teams", "", ""},
	} {
		for _, role := range []string{"ORG_MEMBER", "ORG_READ_ONLY"} {
			t.Run(row.method+" "+row.path+" as "+role, func(t *testing.T) {
				c := demo(t, "ACME_PROD").change(func(f *Fleet) { f.Credentials[0].Roles = []string{role} })
				status := 200
				if row.member != "" {
					status = 401
				}
				res := c.newer(row.method, v2+row.path, row.body).want(t, status, row.member)
				if res.header.Get("WWW-Authenticate") != "" {
					t.Error("a missing role has a challenge")
				}
			})
		}
	}
	c := demo(t, "ACME_PROD").change(func(f *Fleet) { f.Credentials[0].Roles = nil })
	c.do("GET", v2+org, "").want(t, 401, "USER_UNAUTHORIZED")
}

// TestReadOnlyCredential: the demonstration fleet has a read-only credential.
func TestReadOnlyCredential(t *testing.T) {
	c := demo(t, "ACME_PROD_READ")
	c.do("GET", v2+"/"+prodID+"/settings", "").want(t, 200, "")
	c.do("GET", v2+"/"+prodID+"/users", "").want(t, 200, "")
	c.do("GET", invitesPath, "").want(t, 401, "NOT_ORG_OWNER")
	c.do("PATCH", v2+"/"+prodID+"/settings", `{"multiFactorAuthRequired":true}`).want(t, 401, "NOT_ORG_OWNER")
}

func TestAccessList(t *testing.T) {
	for _, row := range []struct {
		reason string
		list   []string
		status int
	}{
		{"the caller's address", []string{"192.0.2.1", "127.0.0.1", "::1"}, 200},
		{"a block that contains it", []string{"127.0.0.0/8"}, 200},
		{"nobody", nil, 403},
		{"other addresses", []string{"192.0.2.1", "10.0.0.0/8"}, 403},
		{"not an address", []string{"localhost"}, 403},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD").change(func(f *Fleet) { f.Credentials[0].AccessList = row.list })
			c.do("GET", v2, "").want(t, 200, "") // not required yet
			c.do("PATCH", v2+"/"+prodID+"/settings", `{"apiAccessListRequired":true}`).want(t, 200, "")
			res := c.do("GET", v2, "")
			if res.status != row.status {
				t.Fatalf("got %d %s", res.status, res.raw)
			}
			if row.status == 200 {
				return
			}
			res.want(t, 403, "ORG_REQUIRES_ACCESS_LIST")
			if diff := cmp.Diff([]any{"127.0.0.1"}, res.object()["parameters"]); diff != "" {
				t.Error(diff)
			}
			if mint := c.mint(); mint.status != 200 {
				t.Errorf("a token request was refused by the access list: %d", mint.status)
			}
			c.bearer().do("GET", v2, "").want(t, 403, "ORG_REQUIRES_ACCESS_LIST")
		})
	}
}

func TestPages(t *testing.T) {
	users := v2 + "/" + prodID + "/users"
	for _, row := range []struct {
		reason, query string
		usernames     string
		links         string
		total         any
	}{
		{"all on one page", "", "ada alan contractor edsger grace margaret", "self", number("6")},
		{"the first of three", "?itemsPerPage=2", "ada alan", "self next", number("6")},
		{"the middle", "?itemsPerPage=2&pageNum=2", "contractor edsger", "self previous next", number("6")},
		{"the last", "?itemsPerPage=2&pageNum=3", "grace margaret", "self previous", number("6")},
		{"after the end", "?itemsPerPage=2&pageNum=9", "", "self previous", number("6")},
		{"without a count totalCount is 0", "?includeCount=false", "ada alan contractor edsger grace margaret", "self", number("0")},
		{"without a count a full page has no next link", "?itemsPerPage=2&includeCount=false", "ada alan", "self", number("0")},
		{"without a count the next page still exists", "?itemsPerPage=2&includeCount=false&pageNum=2", "contractor edsger", "self previous", number("0")},
		{"the largest page", "?itemsPerPage=500", "ada alan contractor edsger grace margaret", "self", number("6")},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			res := c.send(request{method: "GET", path: users + row.query, accept: v2025}).want(t, 200, "")
			if diff := cmp.Diff(row.usernames, names(res.results(), "username")); diff != "" {
				t.Error(diff)
			}
			links, _ := res.object()["links"].([]any)
			if diff := cmp.Diff(row.links, names(links, "rel")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(row.total, res.object()["totalCount"]); diff != "" {
				t.Error(diff)
			}
			for _, l := range links {
				href := l.(fields)["href"].(string)
				path, local := strings.CutPrefix(href, c.base)
				if !local || c.send(request{method: "GET", path: path, accept: v2025}).status != 200 {
					t.Errorf("cannot follow %s", href)
				}
			}
		})
	}
	for _, query := range []string{"pageNum=0", "pageNum=x", "pageNum=", "itemsPerPage=0", "itemsPerPage=501", "itemsPerPage=1.5", "includeCount=1", "pageNum=9999999999"} {
		demo(t, "ACME_PROD").do("GET", users+"?"+query, "").want(t, 400, "INVALID_QUERY_PARAMETER")
	}
}

// names returns the values of a key, each up to an @.
func names(items []any, key string) string {
	var all []string
	for _, i := range items {
		value, _ := i.(fields)[key].(string)
		name, _, _ := strings.Cut(value, "@")
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

// TestLinks follows all links from the list of organizations, and from the answers that create or rename one. Each can
// be read with the credential of the answer, or with the new one.
func TestLinks(t *testing.T) {
	for _, row := range []struct {
		name, accept string
		atLeast      int
	}{
		{"ACME_PROD", v2023, 20},
		{"ACME_PROD", v2025, 20},
		{"ACME_PROD_READ", v2025, 20},
		{"ACME_BILLING", v2023, 10},
	} {
		c := demo(t, row.name).bearer()
		if n := c.crawl(row.accept, c.base+v2+"?itemsPerPage=1"); n < row.atLeast {
			t.Errorf("%s found only %d links", row.name, n)
		}
	}
	c := demo(t, "ACME_PROD").bearer()
	renamed := c.do("PATCH", "/api/public/v1.0/orgs/"+prodID, `{"name":"New"}`).want(t, 200, "")
	c.crawl(v2023, hrefs(renamed.body)...)
	for _, wanted := range []string{
		`"apiKey":{"desc":"key","roles":["ORG_OWNER"]}`,
		`"serviceAccount":{"name":"a","description":"b","roles":["ORG_OWNER"],"secretExpiresAfterHours":8}`,
	} {
		c := demo(t, "ACME_BILLING")
		made := c.do("POST", v2, `{"name":"Acme New","orgOwnerId":"`+adaID+`",`+wanted+`}`).want(t, 201, "")
		c.cred = c.s.Credentials()[6]
		if c.cred.ClientID != "" {
			c = c.bearer()
		}
		c.crawl(v2023, hrefs(made.body)...)
	}
}

// crawl reads the addresses, and all that the answers link to. Of lists, it reads pages with one entry, too. It returns
// how many addresses it read.
func (c *client) crawl(accept string, addresses ...string) int {
	c.t.Helper()
	seen := map[string]bool{}
	for len(addresses) > 0 {
		address := addresses[0]
		addresses = addresses[1:]
		path, ours := strings.CutPrefix(address, c.base)
		if seen[address] {
			continue
		}
		seen[address] = true
		res := c.send(request{method: "GET", path: path, accept: accept})
		if !ours || res.status != 200 {
			c.t.Errorf("%s: %d %s", address, res.status, res.raw)
		}
		addresses = append(addresses, hrefs(res.body)...)
		if _, list := res.object()["results"]; list && !strings.Contains(address, "?") {
			addresses = append(addresses, address+"?itemsPerPage=1")
		}
	}
	return len(seen)
}

// hrefs returns all links in a JSON value.
func hrefs(v any) (all []string) {
	switch v := v.(type) {
	case fields:
		if href, ok := v["href"].(string); ok {
			all = append(all, href)
		}
		for _, part := range v {
			all = append(all, hrefs(part)...)
		}
	case []any:
		for _, part := range v {
			all = append(all, hrefs(part)...)
		}
	}
	return all
}
