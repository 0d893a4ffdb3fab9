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
