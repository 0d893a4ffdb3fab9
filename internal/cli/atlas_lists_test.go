package cli

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"atlas-gitops/internal/sandbox"
)

// TestIncompleteLists: a list that is slightly shorter than its total gives one notice and is used. A list that lacks more is an
// error with advice.
func TestIncompleteLists(t *testing.T) {
	for _, row := range []struct {
		reason         string
		people, missed int
		status         int
		want           string
	}{
		{"a small difference: the total is an estimate", 30, 1, ExitOK, "notice: GET /api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e01/users as ACME_PROD: totalCount is 31, but Atlas returned 30 objects, also in a second try; the run continues with these.\n"},
		{"a larger difference", 30, 2, ExitError, "orgs/acme.yaml:4: Acme-Production: members: GET /api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e01/users: " +
			"totalCount is 32, but the list has 30 entries, a difference of more than 5%; run it again; if that does not help, ask MongoDB support\n"},
	} {
		fleet := sandbox.Demo()
		org := fleet.Orgs[0]
		for i := len(org.Users); i < row.people; i++ {
			more := *org.Users[0]
			more.ID, more.Username = fmt.Sprintf("5f1b0c0d0e0f0a0b0c0dff%02d", i), fmt.Sprintf("new%d@acme.example", i)
			org.Users = append(org.Users, &more)
		}
		w := newWorld(t, fleet, false)
		w.transport = overstating{w.server, row.missed}
		w.write("orgs/acme.yaml", "name: Acme-Production\nid: "+org.ID+"\ncredentials: ACME_PROD\nmembers: [{ username: grace@acme.example, roles: [ORG_OWNER] }]\nmanage: { members: additive }\n")
		status, stdout, stderr := w.run("plan", "orgs")
		if status != row.status || strings.Count(stderr, row.want) != 1 || strings.Count(stderr, "totalCount") != 1 {
			t.Errorf("%s: %d\n%s%s", row.reason, status, stdout, stderr)
		}
	}
}

// overstating adds a number to the totals of the lists of people.
type overstating struct {
	next http.RoundTripper
	more int
}

func (o overstating) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := o.next.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/users") || response.StatusCode != http.StatusOK {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	body = regexp.MustCompile(`"totalCount": ?\d+`).ReplaceAllFunc(body, func(total []byte) []byte {
		var n int
		_, text, _ := strings.Cut(string(total), ":")
		if _, err := fmt.Sscan(text, &n); err != nil {
			panic(err)
		}
		return fmt.Appendf(nil, `"totalCount":%d`, n+o.more)
	})
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, err
}
