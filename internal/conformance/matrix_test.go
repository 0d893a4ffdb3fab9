//go:build act

package conformance

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/sandbox"
)

// TestActionMatrix runs the example workflow that applies with a job for each organization. The jobs apply what was checked. One
// organization is blocked: it has no job, the others are applied, and the run fails.
func TestActionMatrix(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	w.write("orgs/acme-production.yaml", "name: Acme-Production\nid: "+productionID+"\ncredentials: ACME_PROD\ninvitations: []\n")
	r := w.run("push", "matrix.yml", w.push()).ends(false)

	if got := r.outputOf("check", "blocked-orgs"); got != `["Acme-Production"]` {
		t.Errorf("blocked are %s:\n%s", got, r.text())
	}
	if got := r.outputOf("check", "ready-orgs"); got != `["Acme Billing","Acme-Research","Acme-Staging"]` {
		t.Errorf("ready are %s", got)
	}
	if applied := r.count("apply", "result", "applied"); applied != 3 {
		t.Errorf("%d jobs applied, want 3:\n%s", applied, r.text())
	}
	if comments := w.hub.Comments(7); len(comments) > 0 {
		t.Errorf("there are comments: %v", comments)
	}
	w.atlas.refill()
	w.write("orgs/acme-production.yaml", "name: Acme-Production\nid: "+productionID+"\ncredentials: ACME_PROD\n")
	again := w.run("push", "matrix.yml", w.push()).ends(true)
	if ready := again.outputOf("check", "ready-orgs"); ready != `["Acme-Production"]` || again.count("apply", "result", "applied") != 1 {
		t.Errorf("once nothing is blocked, ready are %s:\n%s", ready, again.text())
	}
}

// TestActionMatrixPlans: the example workflow for pull requests with several jobs ends in one comment and one summary, as the workflow with
// one job does.
func TestActionMatrixPlans(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	r := w.run("pull_request", "matrix-plan.yml", w.pullRequest()).ends(true)
	w.checkPlan(r.job("report"))
	w.atlas.refill()
	w.write("orgs/acme-staging.yaml", "name: Acme-Staging\nsetings: {}\n")
	w.run("pull_request", "matrix-plan.yml", w.pullRequest()).ends(false)
	if comments := w.hub.Comments(7); len(comments) != 1 || !strings.Contains(comments[0].Body, "1 mistake in the tree.") {
		t.Errorf("with a mistake in the tree, the comments are %v", comments)
	}
	if writes := w.writes(); writes != nil {
		t.Errorf("a plan wrote: %s", writes)
	}
}

// TestActionMatrixFork: a pull request from a fork has no secrets. The jobs save no plans, and the last one compares the tree with the base.
func TestActionMatrixFork(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	w.isFork = true
	r := w.run("pull_request", "matrix-plan.yml", w.pullRequest()).ends(true)
	if summary := r.job("report").summary(); !strings.Contains(summary, "have no credentials, so this shows what the pull request changes in the tree") || !strings.Contains(summary, "in 1 of 5 organizations") {
		t.Errorf("the summary is\n%s", summary)
	}
	if log := w.atlas.server.Load().Log(); len(log) > 0 {
		t.Errorf("%d requests without credentials", len(log))
	}
}

// fleetSize is how many organizations TestActionFleet has. Some of them differ from the tree.
const (
	fleetSize = 60
	differing = 4
)

// TestActionFleet runs all example workflows, unchanged, for 60 organizations: with one secret that reads and one that writes.
func TestActionFleet(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ plan, drift, apply string }{
		{"plan.yml", "drift.yml", "apply.yml"},
		{"matrix-plan.yml", "matrix-drift.yml", "matrix.yml"},
	} {
		t.Run(row.apply, func(t *testing.T) {
			t.Parallel()
			fleet, tree := newFleet()
			w := newWorkplaceFor(t, fleet, tree)
			w.install()
			w.run("pull_request", row.plan, w.pullRequest()).ends(true)
			want := fmt.Sprintf("in %d of %d organizations.", differing, fleetSize)
			if comments := w.hub.Comments(7); len(comments) != 1 || !strings.Contains(comments[0].Body, want) {
				t.Errorf("the comments are %v", comments)
			}
			w.atlas.refill()
			w.run("schedule", row.drift, w.push()).ends(true)
			if issues := w.openIssues(); len(issues) != 1 || !strings.HasPrefix(issues[0], fmt.Sprintf("Drift in %d organizations", differing)) {
				t.Errorf("the open issues are %q", issues)
			}
			if writes := w.writes(); writes != nil {
				t.Errorf("plans wrote: %s", writes)
			}
			w.atlas.refill()
			w.run("push", row.apply, w.push()).ends(true)
			if writes := w.writes(); len(writes) != differing {
				t.Errorf("%d writes, want %d: %s", len(writes), differing, writes)
			}
			w.atlas.refill()
			w.run("schedule", row.drift, w.push()).ends(true)
			if issues := w.openIssues(); len(issues) != 0 {
				t.Errorf("after the apply, the open issues are %q", issues)
			}
		})
	}
}

func (w *workplace) openIssues() (titles []string) {
	for _, i := range w.hub.Issues() {
		if i.State == "open" {
			titles = append(titles, i.Title)
		}
	}
	return titles
}

// newFleet returns organizations, each with a credential that reads and one that writes, and their tree.
func newFleet() (*sandbox.Fleet, fstest.MapFS) {
	fleet, tree := &sandbox.Fleet{}, fstest.MapFS{}
	for i := range fleetSize {
		name, credential, id := fmt.Sprintf("Acme-%02d", i), fmt.Sprintf("ACME_%02d", i), fmt.Sprintf("5f1b0c0d0e0f0a0b0c1d%04d", i)
		settings := map[string]any{"multiFactorAuthRequired": i >= differing}
		fleet.Orgs = append(fleet.Orgs, &sandbox.Org{ID: id, Name: name, Settings: settings})
		for _, c := range []struct{ suffix, role string }{{"", "ORG_OWNER"}, {"_READ", "ORG_READ_ONLY"}} {
			fleet.Credentials = append(fleet.Credentials, &sandbox.Credential{Name: credential + c.suffix, OrgID: id, Roles: []string{c.role},
				ClientID: fmt.Sprintf("mdb_sa_id_%020d%s", i, c.role[4:8]), ClientSecret: fmt.Sprintf("mdb_sa_sk_%036d%s", i, c.role[4:8]), AccessList: []string{"127.0.0.1"}})
		}
		text := "name: " + name + "\nid: " + id + "\ncredentials: " + credential + "\nsettings: { multiFactorAuthRequired: true }\n"
		tree[strings.ToLower(name)+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	tree["acme-staging.yaml"] = tree["acme-00.yaml"] // the pull request adds the file with this name
	delete(tree, "acme-00.yaml")
	return fleet, tree
}

// TestActionSecrets: a workflow names one secret, however many organizations there are. Before, it had two lines for each of them: 360
// lines in three workflows for 60 organizations.
func TestActionSecrets(t *testing.T) {
	for _, row := range []struct {
		workflow string
		want     []string
	}{
		{"plan.yml", []string{"ATLAS_READ_CREDENTIALS"}},
		{"drift.yml", []string{"ATLAS_READ_CREDENTIALS"}},
		{"apply.yml", []string{"ATLAS_WRITE_CREDENTIALS"}},
		{"matrix-plan.yml", []string{"ATLAS_READ_CREDENTIALS"}},
		{"matrix-drift.yml", []string{"ATLAS_READ_CREDENTIALS"}},
		{"matrix.yml", []string{"ATLAS_READ_CREDENTIALS", "ATLAS_WRITE_CREDENTIALS"}},
	} {
		text, err := os.ReadFile("../../examples/workflows/" + row.workflow)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(string(text)) {
			if _, secret, has := strings.Cut(line, "credentials: ${{ secrets."); has {
				name, _, _ := strings.Cut(secret, " ")
				got = append(got, name)
			} else if strings.Contains(line, "secrets.") && !strings.HasPrefix(line, "#") {
				t.Errorf("%s: another line with a secret: %s", row.workflow, line)
			}
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", row.workflow, diff)
		}
	}
}
