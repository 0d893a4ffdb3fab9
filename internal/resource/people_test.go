package resource

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"atlas-gitops/internal/plain"
)

// TestTwoPeopleOneKey: only ASCII letters compare without case. Two people with the same key are an error, because the tree could mean
// either.
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
		{"the Kelvin sign differs from k", Members, []string{person("1", "kay@acme.example", "ACTIVE"), person("2", "\u212aay@acme.example", "ACTIVE")}, nil, "",
			[]string{"kay@acme.example", "\u212aay@acme.example"}},
		{"capitals do not differ", Members, []string{person("1", "kay@acme.example", "ACTIVE"), person("2", "KAY@acme.example", "ACTIVE")}, nil,
			`Atlas has two members for kay@acme.example: "kay@acme.example" (` + id("1") + `) and "KAY@acme.example" (` + id("2") + `)`, nil},
		{"a pending and an active person", Members, []string{person("1", "kay@acme.example", "PENDING"), person("2", "KAY@acme.example", "ACTIVE")}, nil,
			`Atlas has two members for kay@acme.example: "kay@acme.example" (` + id("1") + `) and "KAY@acme.example" (` + id("2") + `)`, nil},
		{"an expired invitation and an active person", Members, []string{person("1", "kay@acme.example", "INVITATION_EXPIRED"), person("2", "KAY@acme.example", "ACTIVE")}, nil, "",
			[]string{"kay@acme.example"}},
		{"two invitations", Invitations, nil, []string{invite("1", "kay@acme.example"), invite("2", "Kay@acme.example")},
			`Atlas has two invitations for kay@acme.example: "kay@acme.example" (` + id("1") + `) and "Kay@acme.example" (` + id("2") + `)`, nil},
		{"an invitation and the person who accepted it", Invitations, []string{person("1", "Kay@acme.example", "ACTIVE")}, []string{invite("2", "kay@acme.example")}, "",
			[]string{"kay@acme.example"}},
	} {
		api := answers{people: "[" + strings.Join(row.users, ",") + "]", "/orgs/o/invites": "[" + strings.Join(row.invites, ",") + "]"}
		got, err := row.kind.Read(t.Context(), PlanSession(api), "o", nil)
		var keys []string
		for _, o := range got {
			keys = append(keys, o.Key)
		}
		if said := errorText(err); said != row.want || !slices.Equal(keys, row.keys) {
			t.Errorf("%s: got %v, %s", row.reason, keys, said)
		}
	}
}

// asked is an API with answers by path, which logs the paths that it was asked for.
type asked struct {
	answers
	mu    sync.Mutex
	paths []string
	errs  map[string]error
}

func (a *asked) ask(path string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.paths = append(a.paths, path)
	return a.errs[path]
}

func (a *asked) All(ctx context.Context, path string) iter.Seq2[Fields, error] {
	if err := a.ask(path); err != nil {
		return func(yield func(Fields, error) bool) { yield(nil, err) }
	}
	return a.answers.All(ctx, path)
}

// log returns the paths that were asked for since the last call, sorted: by NAME for the filter, and whole for the whole list.
func (a *asked) log() (short []string) {
	for _, path := range a.paths {
		short = append(short, strings.NewReplacer(people, "whole", "&username=", " by ", "%40acme.example", "", "/orgs/o/", "").Replace(path))
	}
	a.paths = nil
	slices.Sort(short)
	return short
}

// TestLookForPerson: a person is asked for by the username that Atlas has. Somebody counts as gone only if the whole list agrees.
func TestLookForPerson(t *testing.T) {
	entry := func(digit, username string) string {
		return `{"id":"` + id(digit) + `","username":"` + username + `","orgMembershipStatus":"ACTIVE","teamIds":["` + id("8") + `"],"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[]}}`
	}
	by := func(name string) string { return people + "&username=" + name + "%40acme.example" }
	ada := Object{Key: "ada@acme.example", ID: id("1"), Spelling: "ada@acme.example"}
	inTeams := ada
	inTeams.Fields = Fields{"teams": []any{"Platform"}}
	nobody := Object{Key: "kay@acme.example"}
	const whole = "whole"
	for _, row := range []struct {
		reason  string
		of      Object
		answers answers
		errs    map[string]error
		found   string // the id of the person; "" for nobody
		log     []string
	}{
		{"a person as the plan saw them", ada, answers{by("ada"): "[" + entry("1", "ada@acme.example") + "]"}, nil, "1", []string{"whole by ada"}},
		{"a person who was invited again has another id", ada, answers{by("ada"): "[" + entry("2", "ada@acme.example") + "]"}, nil, "2", []string{"whole by ada"}},
		{"a person with capitals in Atlas", Object{Key: ada.Key, ID: id("1"), Spelling: "Ada@acme.example"}, answers{by("Ada"): "[" + entry("1", "Ada@acme.example") + "]"}, nil, "1", []string{"whole by Ada"}},
		{"a saved plan does not know the capitals, and the filter may not ignore case", Object{Key: ada.Key, ID: id("1")},
			answers{by("ada"): "[]", people: "[" + entry("1", "Ada@acme.example") + "]"}, nil, "1", []string{whole, "whole by ada"}},
		{"the filter also returns others", ada, answers{by("ada"): "[" + entry("3", "ada@acme.example.org") + "," + entry("1", "ada@acme.example") + "]"}, nil, "1", []string{"whole by ada"}},
		{"a person who is gone", ada, answers{by("ada"): "[]", people: "[]"}, nil, "", []string{whole, "whole by ada"}},
		{"Atlas refuses the filter", ada, answers{people: "[" + entry("1", "ada@acme.example") + "]"}, map[string]error{by("ada"): errFails}, "1", []string{whole, "whole by ada"}},
		{"a new person", nobody, answers{by("kay"): "[]", people: "[]"}, nil, "", []string{whole, "whole by kay"}},
		{"somebody has invited the new person", nobody, answers{by("kay"): "[" + entry("4", "kay@acme.example") + "]", people: "[]"}, nil, "4", []string{whole, "whole by kay"}},
		{"somebody has invited the new person with capitals", nobody, answers{by("kay"): "[]", people: "[" + entry("4", "KAY@acme.example") + "]"}, nil, "4", []string{whole, whole, "whole by kay"}},
		{"names are read only if the step is about them", inTeams, answers{by("ada"): "[" + entry("1", "ada@acme.example") + "]", "/orgs/o/teams": numbered(`[{"id":"#8","name":"Platform"}]`)}, nil,
			"1", []string{"teams", "whole by ada"}},
	} {
		api := &asked{answers: row.answers, errs: row.errs}
		got, err := Members.Look(t.Context(), ApplySession(api), "o", row.of)
		found := ""
		if got != nil {
			found = strings.TrimLeft(got.ID, "0")
		}
		if err != nil || found != row.found || !slices.Equal(api.log(), row.log) {
			t.Errorf("%s: got %+v, %v; asked for %q", row.reason, got, err, api.paths)
		}
		if teams, isAbout := row.of.Fields["teams"]; isAbout && !plain.Equal(teams, got.Fields["teams"]) {
			t.Errorf("%s: got %v", row.reason, got.Fields)
		}
	}
}

// TestLookForNewPeople: all new people of an organization need the whole list only once.
func TestLookForNewPeople(t *testing.T) {
	api := &asked{answers: answers{people: "[]"}}
	s := ApplySession(api)
	for _, name := range []string{"kay", "lin"} {
		api.answers[people+"&username="+name+"%40acme.example"] = "[]"
		if got, err := Members.Look(t.Context(), s.ForStep(), "o", Object{Key: name + "@acme.example"}); got != nil || err != nil {
			t.Errorf("got %v, %v", got, err)
		}
	}
	if got := api.log(); !slices.Equal(got, []string{"whole", "whole by kay", "whole by lin"}) {
		t.Errorf("asked for %q", got)
	}
}

// TestLookFails: an outage is an error, and not a sign that somebody is gone.
func TestLookFails(t *testing.T) {
	by := people + "&username=ada%40acme.example"
	down := temporary{errFails}
	for _, path := range []string{by, people} {
		api := &asked{answers: answers{by: "[]", people: "[]"}, errs: map[string]error{path: down}}
		if got, err := Members.Look(t.Context(), ApplySession(api), "o", Object{Key: "ada@acme.example", ID: id("1")}); got != nil || !errors.Is(err, errFails) {
			t.Errorf("%s fails: got %v, %v", path, got, err)
		}
	}
}

// temporary is an error that may end.
type temporary struct{ error }

func (temporary) Temporary() bool { return true }
func (temporary) Ambiguous() bool { return false }
func (temporary) Waited() bool    { return false }
func (temporary) Outage() bool    { return false }
func (t temporary) Unwrap() error { return t.error }

// TestInvitee: whoever is invited again keeps the Unicode form of Atlas, but no capitals.
func TestInvitee(t *testing.T) {
	for _, row := range []struct {
		reason, spelling, want string
	}{
		{"a new person", "", "andr\u00e9@acme.example"},
		{"a person whom Atlas has in another form", "Andre\u0301@acme.example", "andre\u0301@acme.example"},
	} {
		if got := invitee(Object{Key: "andr\u00e9@acme.example", Spelling: row.spelling}); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
