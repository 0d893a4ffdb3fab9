package planner_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// watched is an API that notes the last part of each path, and that refuses a list.
type watched struct {
	resource.API
	refused string // the last part of the path

	mu   sync.Mutex
	seen []string
}

func (w *watched) note(path string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	path, _, _ = strings.Cut(path, "?")
	last := path[strings.LastIndex(path, "/")+1:]
	if w.seen = append(w.seen, last); last == w.refused {
		return errors.New("refused")
	}
	return nil
}

func (w *watched) Do(ctx context.Context, method, path string, in, out any) error {
	if err := w.note(path); err != nil {
		return err
	}
	return w.API.Do(ctx, method, path, in, out)
}

func (w *watched) All(ctx context.Context, path string) iter.Seq2[resource.Fields, error] {
	if err := w.note(path); err != nil {
		return func(yield func(resource.Fields, error) bool) { yield(nil, err) }
	}
	return w.API.All(ctx, path)
}

// TestReview: with a base tree, the plan says what the change means. It reads sections that only the base tree manages, and no others.
func TestReview(t *testing.T) {
	const (
		platform = "5f1b0c0d0e0f0a0b0c0d0f01" // the id of the team Platform
		additive = "manage: { members: additive }\n"
	)
	edsger := func(team string) string {
		return "invitations: [{ username: edsger@acme.example, roles: [ORG_MEMBER], teams: [" + team + "] }]\nmanage: { invitations: additive }"
	}
	for _, row := range []struct {
		reason, base, head string
		refused            string // a list that cannot be read
		want               string // the items
		reads              string // what is read besides the organization
	}{
		{"the same section", "settings: { multiFactorAuthRequired: true }", "settings: { multiFactorAuthRequired: true }", "", "", "settings"},
		{"a section that only the base has is read", "settings: { multiFactorAuthRequired: true }", "", "", "unmanaged settings/multiFactorAuthRequired false", "settings"},
		{"a list that only the base has is read", additive + "members: [{ username: ada@acme.example, roles: [ORG_OWNER] }]", "", "", "unmanaged members/ count 1", "groups teams users"},
		{"its failure is not an error of the plan", "members: [{ username: ada@acme.example, roles: [ORG_OWNER] }]", "settings: {}", "users", "unmanaged members/ unknown", "settings users"},
		{"an owner who is already in", additive + "members: []", additive + "members: [{ username: ada@acme.example, roles: [ORG_OWNER] }]", "", "owner members/ada@acme.exampleroles active", "groups teams users"},
		{"a team by its id in the base and by its name in the tree is the same team", edsger(platform), edsger("Platform"), "", "", "groups invites teams users"},
		{"another team, which the person has already", edsger("Security"), edsger(platform), "", "adopted invitations/edsger@acme.exampleteams [Platform]", "groups invites teams users"},
		{"a team that Atlas does not have, in the base", edsger("Nobody"), edsger("Platform"), "", "adopted invitations/edsger@acme.exampleteams [Platform]", "groups invites teams users"},
	} {
		a := newAtlas(t)
		api := &watched{API: a.account.API, refused: row.refused}
		target, base := a.targetOf(row.head), a.targetOf(row.base)
		target.Account, target.HasBase, target.Base = &resource.Account{API: api}, true, &base.Desired
		orgs, errs := planner.Plan(t.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
		if errs[0] != nil {
			t.Errorf("%s: got the error %v", row.reason, errs[0])
		}
		var got []string
		for _, i := range orgs[0].Review {
			line := fmt.Sprintf("%s %s/%s%s", i.About, i.Kind, i.Key, i.Field)
			if i.Live != nil {
				line += fmt.Sprint(" ", i.Live)
			}
			if i.Count > 0 {
				line += fmt.Sprint(" count ", i.Count)
			}
			if i.Unknown {
				line += " unknown"
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(row.want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", row.reason, diff)
		}
		slices.Sort(api.seen)
		reads := slices.DeleteFunc(slices.Compact(api.seen), func(path string) bool { return path == acme })
		if diff := cmp.Diff(row.reads, strings.Join(reads, " ")); diff != "" {
			t.Errorf("%s: reads (-want +got)\n%s", row.reason, diff)
		}
	}
}

// TestReviewWithoutAtlas: if the organization cannot be read, or does not exist yet, the two trees still say what the change means.
// Without a base tree, nothing does.
func TestReviewWithoutAtlas(t *testing.T) {
	a := newAtlas(t)
	head, base := a.targetOf("members: [{ username: ada@acme.example, roles: [ORG_OWNER] }]"), a.targetOf("settings: { multiFactorAuthRequired: true }")
	created := a.targetOf("create: { from: BILLING, apiKey: { desc: gitops, roles: [ORG_OWNER] } }\nsettings: { multiFactorAuthRequired: true }")
	created.ID, created.Name, created.Account = "", "Acme-New", &resource.Account{Missing: true, Err: errors.New("not set")}
	created.Payer = &resource.Account{API: lists{"/orgs": {listed("5f1b0c0d0e0f0a0b0c0d0e04", "Billing")}}, IsKey: false}
	broken := head
	broken.Account = &resource.Account{Err: errors.New("no key")}
	for _, row := range []struct {
		reason  string
		target  planner.Target
		hasBase bool
		base    *resource.Desired
		want    string
	}{
		{"no base", head, false, nil, ""},
		{"a broken credential", broken, true, &base.Desired, "owner members/ada@acme.example unknown; unmanaged settings/ unknown; managed members/"},
		{"an organization that the plan creates", created, true, nil, "owner organization/"},
	} {
		row.target.HasBase, row.target.Base = row.hasBase, row.base
		orgs, _ := planner.Plan(t.Context(), []planner.Target{row.target}, planner.Options{Parallel: 1})
		var got []string
		for _, i := range orgs[0].Review {
			line := fmt.Sprintf("%s %s/%s", i.About, i.Kind, i.Key)
			if i.Unknown {
				line += " unknown"
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(row.want, strings.Join(got, "; ")); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", row.reason, diff)
		}
	}
}
