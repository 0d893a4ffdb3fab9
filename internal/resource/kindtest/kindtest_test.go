package kindtest_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// twoOfEach returns two squads, and two tokens in them.
func twoOfEach() resource.State {
	return resource.State{
		"squads": {squad("Blue", "search"), squad("Red", "payments")},
		"tokens": {token("ci", list("10.0.0.0/8"), "Red", "Blue"), token("docs", nil, "Blue")},
	}
}

// TestCreateWithReferences: one plan creates objects and others that refer to them. Each list of names is read once, and again after something
// in it was created.
func TestCreateWithReferences(t *testing.T) {
	bubble(t, "in an existing organization", func(w *world) {
		p := w.plan(twoOfEach())
		w.requests()
		want := []string{"applied + squads/Blue", "applied + squads/Red",
			"applied + tokens/ci: its credential is in " + w.dir + "/credentials.env", "applied + tokens/docs: its credential is in " + w.dir + "/credentials.env"}
		if diff := cmp.Diff(want, said(w.apply(p, "credentials.env"))); diff != "" {
			w.Error(diff)
		}
		got := w.requests()
		slices.Sort(got[1:5]) // side by side
		if diff := cmp.Diff([]string{
			"GET /orgs",
			"GET squads", "GET squads", `POST squads {"name":"Blue","purpose":"search"}`, `POST squads {"name":"Red","purpose":"payments"}`,
			"GET tokens", "GET squads", `POST tokens {"name":"ci","roles":["ORG_READ_ONLY"],"squads":["#Blue","#Red"]}`,
			"GET tokens", "GET tokens/#ci/accessList", `PUT tokens/#ci/accessList {"entries":["10.0.0.0/8"]}`,
			"GET tokens", `POST tokens {"name":"docs","roles":["ORG_READ_ONLY"],"squads":["#Blue"]}`,
			"GET squads", // the last check, because the answers did not show the squads
		}, got); diff != "" {
			w.Error(diff)
		}
		if rest := w.plan(twoOfEach()); rest.Changed() > 0 {
			w.Errorf("these steps are left: %q", lines(rest))
		}
		w.checkSecrets(2)
	})
	bubble(t, "in a new organization", func(w *world) {
		w.write("labs.yaml", "name: Labs\n")
		want := twoOfEach()
		want["organization"] = []resource.Object{{Fields: resource.Fields{"name": "Labs"}}}
		owner := resource.Fields{"name": "gitops", "roles": list("ORG_OWNER")}
		target := planner.Target{Account: &resource.Account{Err: errors.New("not set"), Missing: true}, Payer: w.account(),
			Desired: resource.Desired{OrgRef: resource.OrgRef{Name: "Labs", Credentials: "LABS"}, Want: want,
				Create: resource.Fields{resource.Payer: "ACME", "serviceAccount": owner}}}
		p, err := w.planOf(target)
		if err != nil {
			w.Fatal(err)
		}
		p.Orgs[0].Steps[0].Source = &plan.Source{File: w.dir + "/labs.yaml", Line: 1}
		w.requests()
		for _, o := range w.apply(p, "credentials.env") {
			if o.Verdict != apply.Applied {
				w.Errorf("got %+v", o)
			}
		}
		got := w.writes()
		slices.Sort(got[1:3]) // side by side
		if diff := cmp.Diff([]string{
			`POST /orgs {"name":"Labs","serviceAccount":{"name":"gitops","roles":["ORG_OWNER"]}}`,
			`POST /orgs/#2/squads {"name":"Blue","purpose":"search"}`,
			`POST /orgs/#2/squads {"name":"Red","purpose":"payments"}`,
			`POST /orgs/#2/tokens {"name":"ci","roles":["ORG_READ_ONLY"],"squads":["#Blue","#Red"]}`,
			`PUT /orgs/#2/tokens/#ci/accessList {"entries":["10.0.0.0/8"]}`,
			`POST /orgs/#2/tokens {"name":"docs","roles":["ORG_READ_ONLY"],"squads":["#Blue"]}`,
		}, got); diff != "" {
			w.Error(diff)
		}
		w.checkSecrets(3)
	})
}

// TestReferences: a reference to an unknown object, or to one that the plan deletes, is an error. A reference to a new object is not.
func TestReferences(t *testing.T) {
	for _, row := range []struct {
		reason string
		want   resource.State
		wrong  string
		steps  []string
	}{
		{"a token and its squad are removed, the token first", resource.State{"squads": {squad("Blue", "search")}, "tokens": {token("docs", nil, "Blue")}},
			"", []string{"- tokens/ci", "- squads/Red"}},
		{"a token loses a squad before the squad is removed", resource.State{"squads": {squad("Blue", "search")}, "tokens": {token("ci", list("10.0.0.0/8"), "Blue"), token("docs", nil, "Blue")}},
			"", []string{"~ tokens/ci", "- squads/Red"}},
		{"a squad that the plan would delete", resource.State{"squads": {squad("Blue", "search"), squad("Green", "mail")}, "tokens": twoOfEach()["tokens"]},
			`this plan deletes the squad "Red"; keep the squad in the tree, or remove this reference to it`, []string{"+ squads/Green"}},
		{"an unknown squad with a similar name", resource.State{"squads": {squad("Blue", "search"), squad("Red", "payments"), squad("Green", "mail")}, "tokens": {token("ci", nil, "Gren")}},
			`there is no squad "Gren"; did you mean "Green"?`, []string{"+ squads/Green"}},
		{"an existing squad, and the tree does not manage squads", resource.State{"tokens": {token("ci", list("10.0.0.0/8"), "Red"), token("docs", nil, "Blue")}},
			"", []string{"~ tokens/ci"}},
		{"an unknown squad, and the tree does not manage squads", resource.State{"tokens": {token("ci", nil, "Green")}},
			`there is no squad "Green"; there are: Blue, Red`, nil},
	} {
		bubble(t, row.reason, func(w *world) {
			w.apply(w.plan(twoOfEach()), "credentials.env")
			p, err := w.planOf(w.target(row.want))
			wrong := ""
			if err != nil {
				wrong = resource.Explain(err)
			}
			if diff := cmp.Diff(row.steps, lines(p)); diff != "" || wrong != row.wrong {
				w.Errorf("got %q, want %q\n%s", wrong, row.wrong, diff)
			}
			if err != nil {
				return
			}
			for _, o := range w.apply(p, "more.env") {
				if o.Verdict != apply.Applied {
					w.Errorf("got %+v", o)
				}
			}
			if rest := w.plan(row.want); rest.Changed() > 0 {
				w.Errorf("these steps are left: %q", lines(rest))
			}
		})
	}
}

// TestUncreatedReference: a token is not created if the creation of its squad failed.
func TestUncreatedReference(t *testing.T) {
	bubble(t, "", func(w *world) {
		p := w.plan(twoOfEach())
		w.requests()
		w.before = nth(1, `POST squads {"name":"Red"`, refused)
		want := []string{"applied + squads/Blue", "failed + squads/Red: POST /api/atlas/v2/orgs/#/squads: 400 NO: No",
			`failed + tokens/ci: there is no squad "Red"; there are: Blue`, "applied + tokens/docs: its credential is in " + w.dir + "/credentials.env"}
		if diff := cmp.Diff(want, said(w.apply(p, "credentials.env"))); diff != "" {
			w.Error(diff)
		}
		if posts := count(w.requests(), `POST tokens {"name":"ci"`); posts > 0 {
			w.Errorf("%d requests were sent", posts)
		}
	})
}

// TestUpdates: an update writes only what differs. A change since the plan is a conflict.
func TestUpdates(t *testing.T) {
	inRed := func(entries ...any) resource.Object { return token("ci", entries, "Red", "Blue") }
	owner := inRed("10.0.0.0/8")
	owner.Fields["roles"] = list("ORG_OWNER")
	for _, row := range []struct {
		reason string
		want   resource.Object
		meddle resource.Fields // changes of the token after the plan
		said   string
		writes []string
	}{
		{"only the roles", owner, nil, "applied ~ tokens/ci", []string{`PATCH tokens/#ci {"roles":["ORG_OWNER"]}`}},
		{"only the access list", inRed("10.0.0.0/8", "10.1.0.0/16"), nil, "applied ~ tokens/ci", []string{`PUT tokens/#ci/accessList {"entries":["10.0.0.0/8","10.1.0.0/16"]}`}},
		{"only the squads, as a whole list", token("ci", list("10.0.0.0/8"), "Red"), nil, "applied ~ tokens/ci", []string{`PATCH tokens/#ci {"squads":["#Red"]}`}},
		{"the roles were changed after the plan", owner, resource.Fields{"roles": list("ORG_MEMBER")}, "conflict ~ tokens/ci: it was changed after the plan was made", nil},
		{"the roles were changed to the wanted ones after the plan", owner, resource.Fields{"roles": list("ORG_OWNER")}, "unchanged ~ tokens/ci", nil},
		{"the access list was changed after the plan", inRed("10.1.0.0/16"), resource.Fields{"accessList": list("0.0.0.0/0")}, "conflict ~ tokens/ci: it was changed after the plan was made", nil},
		{"a field that the step does not mention was changed after the plan", owner, resource.Fields{"accessList": list("0.0.0.0/0")}, "applied ~ tokens/ci", []string{`PATCH tokens/#ci {"roles":["ORG_OWNER"]}`}},
	} {
		bubble(t, row.reason, func(w *world) {
			w.apply(w.plan(twoOfEach()), "credentials.env")
			want := twoOfEach()
			want["tokens"][0] = row.want
			p := w.plan(want)
			maps.Copy(w.tokens[acme][0], row.meddle)
			w.requests()
			if diff := cmp.Diff([]string{row.said}, said(w.apply(p, "more.env"))); diff != "" {
				w.Error(diff)
			}
			if diff := cmp.Diff(row.writes, w.writes(), cmpopts.EquateEmpty()); diff != "" {
				w.Error(diff)
			}
			w.checkSecrets(2)
		})
	}
}

// checkSecrets checks that n secrets were handed out, and that each is in the files of credentials exactly once.
func (w *world) checkSecrets(n int) {
	w.Helper()
	kept := w.kept()
	for _, secret := range w.secrets {
		if strings.Count(kept, secret) != 1 {
			w.Errorf("%s occurs %d times in\n%s", secret, strings.Count(kept, secret), kept)
		}
	}
	if len(w.secrets) != n {
		w.Errorf("%d secrets were handed out, want %d", len(w.secrets), n)
	}
}
