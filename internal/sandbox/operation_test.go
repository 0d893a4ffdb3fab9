package sandbox

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// idInPath matches a parameter in a path.
var idInPath = regexp.MustCompile(`\{\w+\}`)

// everyOperation yields the operations of all kinds, each with a request to Acme-Production. The other ids in the path
// need not exist: they are looked up after all checks of the caller.
func everyOperation(yield func(operation, request) bool) {
	for _, k := range kinds() {
		for _, op := range k.operations {
			path := idInPath.ReplaceAllString(strings.ReplaceAll(op.path, "{orgId}", prodID), adaID)
			q := request{method: op.method, path: path, accept: "application/vnd.atlas.2025-03-12+json"}
			if op.method != "GET" && op.method != "DELETE" {
				q.body = "{}"
			}
			if !yield(op, q) {
				return
			}
		}
	}
}

// TestEveryOperation checks all operations, also future ones: the caller is checked before the handler runs.
func TestEveryOperation(t *testing.T) {
	for op, q := range everyOperation {
		t.Run(op.method+" "+op.path, func(t *testing.T) {
			c := demoDirect(t, "ACME_PROD").bearer()
			c.roundTrip(c.build(q)).want(t, 401, "UNEXPECTED_ERROR")
			unknown := q
			unknown.path += "?unknown=1"
			c.send(unknown).want(t, 400, "INVALID_QUERY_PARAMETER")
			if op.versions != nil {
				old := q
				old.accept = "application/vnd.atlas.2022-01-01+json"
				c.send(old).want(t, 406, "INVALID_VERSION_DATE")
			}
			if strings.Contains(op.path, "{orgId}") {
				stage := c.as("ACME_STAGING").bearer()
				stage.send(q).want(t, 401, "USER_CANNOT_ACCESS_ORG")
			}
			if op.role == owner {
				reads := c.as("ACME_PROD_READ").bearer()
				reads.send(q).want(t, 401, "NOT_ORG_OWNER")
			}
		})
	}
}

// TestOperationTables: the tables of operations are consistent.
func TestOperationTables(t *testing.T) {
	seen := map[string]bool{}
	for op := range everyOperation {
		name := op.method + " " + op.path
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
		unknown := slices.ContainsFunc(op.versions, func(date string) bool { return !knownVersion(date) })
		if unknown || !slices.IsSorted(op.versions) || op.sunset != "" && !slices.Contains(op.versions, op.sunset) {
			t.Errorf("%s has the versions %v, of which %q ends", name, op.versions, op.sunset)
		}
		if op.status/100 != 2 || op.limit.capacity == 0 || op.handle == nil {
			t.Errorf("%s has no status, limit or handler", name)
		}
	}
}

// TestMethods: what the sandbox answers to each method of each path that it has. A method that only Atlas has is a 501,
// one that Atlas does not have either is a 405.
func TestMethods(t *testing.T) {
	emulated := map[string][]string{}
	for op := range everyOperation {
		emulated[op.path] = append(emulated[op.path], op.method)
	}
	for path, own := range emulated {
		if strings.Contains(path, "}:") {
			continue // another method of a verb is an unknown verb of the path before it
		}
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			status, code := 405, "METHOD_NOT_ALLOWED"
			if slices.Contains(notEmulatedMethods(path), method) {
				status, code = 501, "SANDBOX_NOT_EMULATED"
			}
			c := demoDirect(t, "ACME_PROD").bearer()
			got := c.do(method, idInPath.ReplaceAllString(path, nobody), "")
			if slices.Contains(own, method) == (got.status == status && got.code() == code) {
				t.Errorf("%s %s, of %v: %d %s", method, path, own, got.status, got.code())
			}
		}
	}
}

// TestNotEmulated: what the sandbox does not have is a 501 for a caller with credentials, and the challenge for others.
func TestNotEmulated(t *testing.T) {
	team := v2 + "/" + prodID + "/teams/" + platform
	for _, row := range []struct{ reason, method, path string }{
		{"a path", "GET", v2 + "/" + prodID + "/serviceAccounts"},
		{"a path of another organization", "GET", v2 + "/" + stageID + "/serviceAccounts"},
		{"a path outside organizations", "GET", "/api/atlas/v2/groups/" + checkout + "/clusters"},
		{"a method of Atlas", "DELETE", team},
		{"HEAD for a GET of Atlas", "HEAD", "/api/atlas/v1.0/orgs"},
		{"a verb", "POST", team + ":addUser"},
	} {
		c := demo(t, "ACME_PROD")
		got := c.do(row.method, row.path, "")
		if got.status != 501 || got.header.Get("X-Error-Code") != "SANDBOX_NOT_EMULATED" || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %v %s", row.reason, got.status, got.header, got.raw)
		}
		if got := c.roundTrip(c.build(request{method: row.method, path: row.path})); got.status != 401 || got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s, without credentials: %d %v", row.reason, got.status, got.header)
		}
	}
}
