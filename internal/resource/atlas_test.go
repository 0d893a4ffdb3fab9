package resource

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// answers is an Atlas that says what the sandbox never would: what old organizations hold, and what is left out.
type answers map[string]string

func (a answers) Do(_ context.Context, _, path string, _, out any) error {
	return decodeInto(json.RawMessage(a[path]), out)
}

func (a answers) All(_ context.Context, path string) iter.Seq2[Fields, error] {
	return func(yield func(Fields, error) bool) {
		var results []Fields
		if err := decodeInto(json.RawMessage(a[path]), &results); err != nil {
			yield(nil, err)
			return
		}
		for _, r := range results {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// id is one of Atlas's ids that ends with a digit.
func id(digit string) string { return strings.Repeat("0", 23) + digit }

// numbered puts ids for #1 to #9.
func numbered(text string) string {
	for _, digit := range "123456789" {
		text = strings.ReplaceAll(text, "#"+string(digit), id(string(digit)))
	}
	return text
}

func TestOrganizationsWithoutTheDeleted(t *testing.T) {
	api := answers{"/orgs": numbered(`[{"id":"#1","name":"A","isDeleted":true,"skipDefaultAlertsSettings":false},
		{"id":"#2","name":"A","isDeleted":false,"skipDefaultAlertsSettings":true},{"id":"#3","name":"B","isDeleted":false,"skipDefaultAlertsSettings":false}]`)}
	got, err := Organizations(t.Context(), api)
	want := []Object{
		{ID: id("2"), Fields: Fields{"name": "A", "skipDefaultAlertsSettings": true}},
		{ID: id("3"), Fields: Fields{"name": "B", "skipDefaultAlertsSettings": false}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// people is where an organization's users are listed, for all kinds that want to know.
const people = "/orgs/o/users?orgMembershipStatuses=ACTIVE&orgMembershipStatuses=PENDING&orgMembershipStatuses=INVITATION_EXPIRED&orgMembershipStatuses=INVITATION_REJECTED"

// TestReadMembers: who is invited is as much in as who is active, and what Atlas tells of them besides stays out.
func TestReadMembers(t *testing.T) {
	api := answers{
		people: numbered(`[
			{"id":"#9","username":"Grace@acme.example","orgMembershipStatus":"ACTIVE","firstName":"Grace","teamIds":["#1","gone"],
			 "roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"#2","groupRoles":["GROUP_OWNER","GROUP_READ_ONLY"]}]}},
			{"id":"#7","username":"kay@acme.example","orgMembershipStatus":"INVITATION_EXPIRED","invitationExpiresAt":"2026-10-01T08:00:00Z"},
			{"id":"#8","username":"kay@acme.example","orgMembershipStatus":"PENDING","roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[]},"teamIds":[]},
			{"id":"#5","username":"lynn@acme.example","orgMembershipStatus":"INVITATION_EXPIRED","invitationExpiresAt":"2026-10-01T08:00:00Z"},
			{"id":"#6","username":"mary@acme.example","orgMembershipStatus":"INVITATION_EXPIRED","invitationExpiresAt":"2026-09-01T08:00:00Z"},
			{"id":"#4","username":"mary@acme.example","orgMembershipStatus":"INVITATION_REJECTED","invitationExpiresAt":null}]`),
		"/orgs/o/teams":  numbered(`[{"id":"#1","name":"Platform"}]`),
		"/orgs/o/groups": numbered(`[{"id":"#2","name":"Checkout"}]`),
	}
	got, err := Members.Read(t.Context(), api, "o")
	want := []Object{
		{Key: "grace@acme.example", Spelling: "Grace@acme.example", ID: id("9"), Fields: Fields{"status": "ACTIVE", "roles": []any{"ORG_OWNER"}, "teams": []any{"Platform", "gone"},
			"projects": Fields{"Checkout": []any{"GROUP_OWNER", "GROUP_READ_ONLY"}}}},
		{Key: "kay@acme.example", Spelling: "kay@acme.example", ID: id("8"), // and not what came to nothing before
			Fields: Fields{"status": "PENDING", "roles": []any{"ORG_MEMBER"}, "teams": []any{}, "projects": Fields{}}},
		{Key: "lynn@acme.example", Spelling: "lynn@acme.example", ID: id("5"), Ended: time.Date(2026, time.October, 1, 8, 0, 0, 0, time.UTC),
			Fields: Fields{"status": "INVITATION_EXPIRED"}},
		{Key: "mary@acme.example", Spelling: "mary@acme.example", ID: id("4"), Fields: Fields{"status": "INVITATION_REJECTED"}}, // which counts more
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestReadInvitations(t *testing.T) {
	api := answers{
		"/orgs/o/invites": numbered(`[
			{"id":"#1","username":"Ada@Acme.example","roles":["ORG_MEMBER"],"teamIds":["#5","gone"],
			 "groupRoleAssignments":[{"groupId":"#6","groupRole":"GROUP_OWNER"},{"groupId":"#6","groupRole":"GROUP_READ_ONLY"}]},
			{"id":"#2","username":"kay@acme.example","roles":["ORG_MEMBER"],"teamIds":[],"groupRoleAssignments":[]},
			{"id":"#4","username":"project@acme.example","roles":["GROUP_OWNER"],"teamIds":[]},
			{"id":"#3","username":"grace@acme.example","roles":["ORG_MEMBER"],"teamIds":[],"groupRoleAssignments":[]}]`),
		people: numbered(`[{"id":"#9","username":"Grace@acme.example","orgMembershipStatus":"ACTIVE","roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[]},"teamIds":[]},
			{"id":"#8","username":"kay@acme.example","orgMembershipStatus":"PENDING","roles":{"orgRoles":["ORG_MEMBER"],"groupRoleAssignments":[]},"teamIds":[]}]`),
		"/orgs/o/teams":  numbered(`[{"id":"#5","name":"Platform"}]`),
		"/orgs/o/groups": numbered(`[{"id":"#6","name":"Checkout"}]`),
	}
	got, err := Invitations.Read(t.Context(), api, "o")
	want := []Object{
		{Key: "grace@acme.example", Spelling: "Grace@acme.example", ID: id("9"), Settled: true}, // and not her invitation, which another request still saw
		{Key: "ada@acme.example", Spelling: "Ada@Acme.example", ID: id("1"), Fields: Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{"Platform", "gone"},
			"projects": Fields{"Checkout": []any{"GROUP_OWNER", "GROUP_READ_ONLY"}}}},
		{Key: "kay@acme.example", Spelling: "kay@acme.example", ID: id("2"), Fields: Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{}, "projects": Fields{}}},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b []any) bool { return Equal(a, b) })); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestReadSettings: what Atlas has not set may be absent, null or empty; addresses come in lower case, whatever the setting.
func TestReadSettings(t *testing.T) {
	api := answers{"/orgs/o/settings": `{"apiAccessListRequired":false,"multiFactorAuthRequired":false,"restrictEmployeeAccess":true,
		"securityContact":"","operationsContact":null,"newContact":"Noc@Acme.example"}`}
	got, err := Settings.Read(t.Context(), api, "o")
	want := Fields{"apiAccessListRequired": false, "multiFactorAuthRequired": false, "restrictEmployeeAccess": true, "newContact": "noc@acme.example"}
	if diff := cmp.Diff([]Object{{Fields: want}}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// whole are answers with all that Atlas always sends, one for each kind, and the place that a part of it is taken from.
func whole() map[*Kind]answers {
	user := numbered(`{"id":"#1","username":"ada@acme.example","orgMembershipStatus":"ACTIVE","teamIds":[],
		"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[{"groupId":"#2","groupRoles":["GROUP_OWNER"]}]}}`)
	invite := numbered(`{"id":"#1","username":"kay@acme.example","roles":["ORG_MEMBER"],"teamIds":[],"groupRoleAssignments":[{"groupId":"#2","groupRole":"GROUP_OWNER"}]}`)
	return map[*Kind]answers{
		Organization: {"/orgs/" + id("1"): numbered(`{"id":"#1","name":"A","isDeleted":false,"skipDefaultAlertsSettings":false}`)},
		Settings:     {"/orgs/" + id("1") + "/settings": `{"apiAccessListRequired":false,"multiFactorAuthRequired":false,"restrictEmployeeAccess":false}`},
		Members:      {usersOfOne: "[" + user + "]", "/orgs/" + id("1") + "/groups": numbered(`[{"id":"#2","name":"Checkout"}]`)},
		Invitations: {usersOfOne: "[" + user + "]", "/orgs/" + id("1") + "/invites": "[" + invite + "]",
			"/orgs/" + id("1") + "/groups": numbered(`[{"id":"#2","name":"Checkout"}]`)},
	}
}

var usersOfOne = strings.Replace(people, "/o/", "/"+id("1")+"/", 1)

// TestIncompleteAnswers: an answer of which any part is missing that Atlas always sends, is null or of another type, is none.
// What is absent in it would be taken for unset, and set again.
func TestIncompleteAnswers(t *testing.T) {
	for _, k := range Kinds {
		api, known := whole()[k]
		if !known {
			t.Errorf("there is no whole answer about %s", k.Name)
		}
		if _, err := k.Read(t.Context(), api, id("1")); err != nil {
			t.Errorf("%s: the whole answer is refused: %v", k.Name, err)
		}
		broken := 0
		for path, text := range api {
			for _, damaged := range damages(t, text) {
				broken++
				spoiled := answers{path: damaged}
				for p, other := range api {
					if p != path {
						spoiled[p] = other
					}
				}
				var incomplete *IncompleteError
				if got, err := k.Read(t.Context(), spoiled, id("1")); !errors.As(err, &incomplete) || len(got) > 0 {
					t.Errorf("%s of %s %s: got %v, %v", k.Name, path, damaged, got, err)
				}
			}
		}
		if broken < 3 {
			t.Errorf("%s: only %d ways to damage an answer", k.Name, broken)
		}
	}
}

// damages returns a text once without each of the properties in it, once with null for each, and once with a number.
func damages(t *testing.T, text string) (all []string) {
	t.Helper()
	var value any
	if err := decodeInto(json.RawMessage(text), &value); err != nil {
		t.Fatal(err)
	}
	damage(value, func() {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(data))
	})
	return all
}

// damage spoils the properties of a value one by one, and has the whole of it told each time.
func damage(value any, tell func()) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			damage(item, tell)
		}
	case Fields:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			was := value[name]
			damage(was, tell)
			for _, odd := range []any{nil, json.Number("7")} {
				value[name] = odd
				tell()
			}
			delete(value, name)
			tell()
			value[name] = was
		}
	}
}

// TestOddIDs: what is no id of Atlas must not become a part of a path.
func TestOddIDs(t *testing.T) {
	for _, odd := range []string{"", "..", "../../6400", "1", id("g"), strings.ToUpper(id("a")), id("1") + "0", id("1") + "/users"} {
		for _, k := range Kinds {
			for path, text := range whole()[k] {
				if k == Settings {
					continue // which have no id
				}
				spoiled := answers{}
				for p, other := range whole()[k] {
					spoiled[p] = other
				}
				spoiled[path] = strings.ReplaceAll(text, id("1"), odd)
				if spoiled[path] == text {
					spoiled[path] = strings.ReplaceAll(text, id("2"), odd)
				}
				if got, err := k.Read(t.Context(), spoiled, id("1")); err == nil {
					t.Errorf("%s: %q is taken for an id: %v", k.Name, odd, got)
				}
			}
		}
	}
}

// TestTwoPeopleOneKey: letters of ASCII compare without case, and no others do. Where two people share a key nobody can
// tell which of them the tree means.
func TestTwoPeopleOneKey(t *testing.T) {
	person := func(digit, username, status string) string {
		return `{"id":"` + id(digit) + `","username":"` + username + `","orgMembershipStatus":"` + status + `","teamIds":[],"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[]}}`
	}
	invite := func(digit, username string) string {
		return `{"id":"` + id(digit) + `","username":"` + username + `","roles":["ORG_MEMBER"],"teamIds":[],"groupRoleAssignments":[]}`
	}
	for _, row := range []struct {
		reason         string
		kind           *Kind
		users, invites []string
		want           string // the error
		keys           []string
	}{
		{"the Kelvin sign is another letter", Members, []string{person("1", "kay@acme.example", "ACTIVE"), person("2", "\u212aay@acme.example", "ACTIVE")}, nil, "",
			[]string{"kay@acme.example", "\u212aay@acme.example"}},
		{"capitals are not", Members, []string{person("1", "kay@acme.example", "ACTIVE"), person("2", "KAY@acme.example", "ACTIVE")}, nil,
			`Atlas has two members that both mean kay@acme.example: "kay@acme.example" (` + id("1") + `) and "KAY@acme.example" (` + id("2") + `)`, nil},
		{"a pending person is one as well", Members, []string{person("1", "kay@acme.example", "PENDING"), person("2", "KAY@acme.example", "ACTIVE")}, nil,
			`Atlas has two members that both mean kay@acme.example: "kay@acme.example" (` + id("1") + `) and "KAY@acme.example" (` + id("2") + `)`, nil},
		{"an invitation that expired is not", Members, []string{person("1", "kay@acme.example", "INVITATION_EXPIRED"), person("2", "KAY@acme.example", "ACTIVE")}, nil, "",
			[]string{"kay@acme.example"}},
		{"two invitations", Invitations, nil, []string{invite("1", "kay@acme.example"), invite("2", "Kay@acme.example")},
			`Atlas has two invitations that both mean kay@acme.example: "kay@acme.example" (` + id("1") + `) and "Kay@acme.example" (` + id("2") + `)`, nil},
		{"an invitation and who accepted it", Invitations, []string{person("1", "Kay@acme.example", "ACTIVE")}, []string{invite("2", "kay@acme.example")}, "",
			[]string{"kay@acme.example"}},
	} {
		api := answers{people: "[" + strings.Join(row.users, ",") + "]", "/orgs/o/invites": "[" + strings.Join(row.invites, ",") + "]"}
		got, err := row.kind.Read(t.Context(), api, "o")
		var keys []string
		for _, o := range got {
			keys = append(keys, o.Key)
		}
		if said := errorText(err); said != row.want || !slices.Equal(keys, row.keys) {
			t.Errorf("%s: got %v, %s", row.reason, keys, said)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestForeignAnswers: what cannot be Atlas's answer is refused, not taken for an organization that has nothing.
func TestForeignAnswers(t *testing.T) {
	rest := `,"name":"A","isDeleted":false,"skipDefaultAlertsSettings":false}`
	for _, row := range []struct{ reason, answer, want string }{
		{"a proxy that answers everything", `{}`, "GET /orgs/" + id("1") + ": the answer is not whole; missing or malformed: id, name, skipDefaultAlertsSettings, isDeleted"},
		{"an organization that Atlas still remembers", numbered(`{"id":"#1"`) + strings.Replace(rest, "false", "true", 1), "GET /orgs/" + id("1") + ": the organization was deleted; remove it from the tree"},
		{"another organization", numbered(`{"id":"#2"`) + rest, `GET /orgs/` + id("1") + `: the answer is about another organization, "` + id("2") + `"`},
	} {
		if _, err := Organization.Read(t.Context(), answers{"/orgs/" + id("1"): row.answer}, id("1")); err == nil || err.Error() != row.want {
			t.Errorf("%s: got %v, want %s", row.reason, err, row.want)
		}
	}
}
