package cli

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/sandbox"
)

// TestCreate: one run creates an organization, configures it and invites its people. The next run has no changes.
func TestCreate(t *testing.T) {
	w := newLabs(t)
	status, stdout, stderr := w.create(w.digest())
	ids := w.organizations()
	if status != ExitOK || len(ids) != 1 || strings.Count(stdout, "\n  applied ") != 4 {
		t.Fatalf("status %d, organizations %v\n%s%s", status, ids, stdout, stderr)
	}
	want := strings.Replace(labs, "# new\n", "# new\nid: "+ids[0]+"\n", 1)
	if got := string(w.files["orgs/labs.yaml"].Data); got != want {
		t.Errorf("the tree is now\n%s", got)
	}
	if w.load("labs.env") != 2 {
		t.Errorf("labs.env: %s", w.files["labs.env"].Data)
	}
	for _, value := range []string{w.variables["MONGODB_ATLAS_PRIVATE_API_KEY_ACME_LABS"], w.variables["MONGODB_ATLAS_PRIVATE_API_KEY_ACME_BILLING"]} {
		if value == "" || strings.Contains(stdout+stderr, value) {
			t.Errorf("a secret is missing or shown: %q", value)
		}
	}
	if status, stdout, stderr := w.run("plan", "--detailed-exitcode"); status != ExitOK {
		t.Errorf("the next plan: %d\n%s%s", status, stdout, stderr)
	}
}

// TestCreateWithFaults lets every mutating request of a run that creates an organization meet every fault. There is never a second
// organization. If the first one was created, its credential is in the file and the next runs do the rest. If that is unknown, the
// run says so, and no command creates another one, whatever file it names.
func TestCreateWithFaults(t *testing.T) {
	clean := newLabs(t)
	digest := clean.digest()
	if status, stdout, stderr := clean.create(digest); status != ExitOK {
		t.Fatal(stdout, stderr)
	}
	requests := clean.mutations()
	if len(requests) != 4 {
		t.Fatalf("there are %d mutating requests: %v", len(requests), requests)
	}
	for _, kind := range sandbox.FaultKinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for _, request := range requests {
				path := strings.Replace(request.Path, clean.organizations()[0], "*", 1)
				synctest.Test(t, func(t *testing.T) {
					strikeCreation(t, digest, sandbox.Fault{Kind: kind, Method: request.Method, Path: path, Times: -1})
				})
			}
		})
	}
}

func strikeCreation(t *testing.T, digest string, fault sandbox.Fault) {
	w := newLabs(t)
	w.inject(fault)
	first, stdout, stderr := w.create(digest)
	w.ask("DELETE", "/_sandbox/faults")
	made, known := len(w.organizations()), w.load("labs.env") > 0
	lost := strings.Contains(stdout, `it is unknown whether "`)
	if !known && first != ExitError {
		t.Errorf("%+v: status %d, although no credential is known", fault, first)
	}
	switch {
	case known && !lost && made == 1:
		w.finishCreation(fault)
	case !known && lost && made <= 1:
		w.createNoOther(digest, fault)
	case !known && !lost && made == 0:
		w.createAgain(digest, fault)
	default:
		t.Fatalf("%+v: %d organizations, credential known: %v, reported as lost: %v\n%s%s", fault, made, known, lost, stdout, stderr)
	}
}

// createNoOther checks that no command creates an organization that may exist.
func (w *world) createNoOther(digest string, what any) {
	w.Helper()
	made := len(w.organizations())
	status, _, stderr := w.run("apply", "--accept", digest, "--credentials-out", "other.env")
	if status != ExitError || !strings.Contains(stderr, "another run began to create it (") || len(w.organizations()) != made {
		w.Errorf("%+v: status %d\n%s", what, status, stderr)
	}
}

// createAgain runs the same command again after a creation that was not done. The credential file of the first run is gone.
func (w *world) createAgain(digest string, what any) {
	w.Helper()
	if status, stdout, stderr := w.create(digest); status != ExitOK || len(w.organizations()) != 1 {
		w.Errorf("%+v: the second run: %d\n%s%s", what, status, stdout, stderr)
	}
}

// finishCreation runs the remaining steps of a created organization with its own credential.
func (w *world) finishCreation(what any) {
	w.Helper()
	if status, stdout, stderr := w.run("apply", "--auto-approve"); status != ExitOK {
		w.Errorf("%+v: the second run: %d\n%s%s", what, status, stdout, stderr)
	}
	if status, stdout, stderr := w.run("plan", "--detailed-exitcode"); status != ExitOK || len(w.organizations()) != 1 {
		w.Errorf("%+v: the plan after the second run: %d\n%s%s", what, status, stdout, stderr)
	}
}

// TestCreateRefuses: a creation sends nothing if something that it needs is missing.
func TestCreateRefuses(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(*world)
		want   string // in the errors of apply
	}{
		{"no credential of the payer", func(w *world) { w.variables = without(w.variables, "ACME_BILLING") },
			"orgs/labs.yaml:5: Acme-Labs: create.from: no credential is set; set MONGODB_ATLAS_CLIENT_ID_ACME_BILLING and"},
		{"a payer with an API key, and no ownerId", func(w *world) { w.rewrite("  ownerId: 5f1b0c0d0e0f0a0b0c0d2001\n", "") },
			"orgs/labs.yaml:5: Acme-Labs: create.ownerId is missing: the credential in create.from is an API key, so Atlas needs the id of the first owner; set create.ownerId"},
		{"ownerId is not a user of the payer", func(w *world) { w.rewrite("0c0d2001", "0c0d2002") },
			"orgs/labs.yaml:6: Acme-Labs: no active user of Acme Billing has the id 5f1b0c0d0e0f0a0b0c0d2002"},
		{"ownerId is only invited", func(w *world) {
			w.rewrite("from: ACME_BILLING\n  ownerId: 5f1b0c0d0e0f0a0b0c0d2001", "from: ACME_PROD\n  ownerId: 5f1b0c0d0e0f0a0b0c0d2005")
		}, "orgs/labs.yaml:6: Acme-Labs: no active user of Acme-Production has the id 5f1b0c0d0e0f0a0b0c0d2005"},
		{"the payer sees no organization", func(w *world) {
			w.answer(func(r *http.Request) bool { return r.URL.Path == creationPath }, func(string) string { return `{"results":[],"links":[]}` })
		}, "orgs/labs.yaml:5: Acme-Labs: the credential in create.from cannot see any organization that could pay; correct create.from"},
		{"an organization with this name exists", func(w *world) { w.rewrite("Acme-Labs", "Acme Billing") },
			`an organization with the name "Acme Billing" exists already; write its id below its name, or choose another name`},
		{"the credential belongs to another organization", func(w *world) { w.rewrite("credentials: ACME_LABS", "credentials: ACME_STAGING") },
			"orgs/labs.yaml:4: Acme-Labs: GET /orgs: the organization does not exist yet, but its credential belongs to Acme-Stage; set credentials to another name, for the credential of the new organization"},
		{"a team that does not exist yet", func(w *world) { w.rewrite("roles: [ORG_MEMBER] }]", "roles: [ORG_MEMBER], teams: [Platform] }]") },
			`Acme-Labs: kay@acme.example: there is no team "Platform"; there are none`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			w := newLabs(t)
			row.change(w)
			status, stdout, stderr := w.run("apply", "--auto-approve", "--credentials-out", "labs.env")
			if status != ExitError || !strings.Contains(stderr, row.want) {
				t.Errorf("status %d, want %q\n%s%s", status, row.want, stdout, stderr)
			}
			w.nothingSent()
		})
	}
}

// TestCreateNeedsFiles: a creation needs a new file for the credential, and must be able to write the id into the tree.
func TestCreateNeedsFiles(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(*world)
		args   []string
		want   string
	}{
		{"no file", nil, nil, "nothing was applied: Atlas shows the new credential only once, and no file was given for it; set --credentials-out to a new file, such as credentials-2.env"},
		{"a file that exists", nil, []string{"--credentials-out", "credentials.env"}, "--credentials-out: credentials.env exists already; name another file, such as credentials-2.env; nothing was applied"},
		{"a directory that does not exist", nil, []string{"--credentials-out", "none/labs.env"}, "--credentials-out: there is no directory none"},
		{"a directory that is a file", nil, []string{"--credentials-out", "credentials.env/labs.env"}, "--credentials-out: there is no directory credentials.env"},
		{"a file that is a part of the tree", nil, []string{"--credentials-out", "orgs/labs.yml"}, "orgs/labs.yml would be read as part of the tree; name it credentials-2.env"},
		{"standard output", nil, []string{"--credentials-out", "-"}, "- is not a file; name a new file, such as credentials-2.env"},
		{"the lock file of another run", func(w *world) { w.write("orgs/.bb1239e5.creating", "begun 2026-11-22T08:00:00Z\n") }, labsFile,
			"orgs/labs.yaml:2: Acme-Labs: another run began to create it (begun 2026-11-22T08:00:00Z), and still runs or stopped halfway"},
		{"the file of the tree is read-only", func(w *world) { w.files["orgs/labs.yaml"].Mode = 0o444 }, labsFile,
			"orgs/labs.yaml:2: Acme-Labs: its id cannot be written below its name: it is read-only"},
		{"YAML that has no place for the id", func(w *world) { w.rewrite("name: Acme-Labs # new", "? name\n: Acme-Labs") }, labsFile,
			"orgs/labs.yaml:2: Acme-Labs: its id cannot be written below its name: there is no place for an id below line 2"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			w := newLabs(t)
			w.write("credentials.env", "A=B\n")
			if row.change != nil {
				row.change(w)
			}
			before := maps.Clone(w.files)
			status, stdout, stderr := w.run(append([]string{"apply", "--accept", w.digest()}, row.args...)...)
			if isHeld := row.reason == "no file"; status != map[bool]int{true: ExitRefused, false: ExitError}[isHeld] || !strings.Contains(stderr, row.want) || !maps.Equal(before, w.files) {
				t.Errorf("status %d, want %q\n%s", status, row.want, stderr)
			}
			if strings.Contains(stdout, "--credentials-out credentials.env") {
				t.Errorf("the suggested command names a file that exists:\n%s", stdout)
			}
			w.nothingSent()
		})
	}
}

// TestCreateOnce: a saved plan that was applied does not create the organization again, whatever file it names. The run sees that
// the tree has the id, or that the new credential finds the organization. Then it suggests a new plan, not this one again.
func TestCreateOnce(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(*world)
		want   string
	}{
		{"the tree has the id", func(*world) {}, "its id cannot be written below its name: line 3 already has an id for the organization; make a new plan"},
		{"the tree has no id, and the new credential is set", func(w *world) { w.write("orgs/labs.yaml", labs); w.load("labs.env") },
			"the organization exists already; write id: 5f1b0c0d0e0f0a0b0c0d3001 below its name"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			w := newLabs(t)
			_, saved, _ := w.run("plan", "--format", "json")
			w.write("plan.json", saved)
			if status, stdout, stderr := w.run("apply", "--plan", "plan.json", "--accept", "plan.json", "--credentials-out", "labs.env"); status != ExitOK {
				t.Fatal(stdout, stderr)
			}
			row.change(w)
			status, stdout, stderr := w.run("apply", "--plan", "plan.json", "--accept", "plan.json", "--credentials-out", "again.env")
			if status != ExitError || !strings.Contains(stdout, row.want) || len(w.organizations()) != 1 || w.files["again.env"] != nil {
				t.Errorf("status %d, organizations %v\n%s", status, w.organizations(), stderr)
			}
			if !strings.HasSuffix(stdout, ", and review:\n  atlas-gitops plan\n") {
				t.Errorf("no new plan is suggested:\n%s", stdout)
			}
		})
	}
}

// TestCreateOneOfTwo: a saved plan that created an organization cannot do the rest, so the run does not suggest it again. Before that,
// it can.
func TestCreateOneOfTwo(t *testing.T) {
	const again = "To continue:\n  atlas-gitops apply --plan plan.json --accept plan.json --credentials-out labs.env --parallelism 1\n"
	for _, row := range []struct {
		reason string
		made   int // creations that succeed
		want   string
	}{
		{"the second creation is refused", 1, "the rest needs a new approval.\nPlan again with the PATHs of the first plan, and review:\n  atlas-gitops plan\n"},
		{"both creations are refused", 0, again},
	} {
		w := newLabs(t)
		w.write("orgs/labs.yaml", three)
		_, saved, _ := w.run("plan", "--format", "json")
		w.write("plan.json", saved)
		w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			if isCreation(r) && len(w.organizations()) == row.made {
				return &http.Response{StatusCode: http.StatusBadRequest, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
			}
			return w.server.RoundTrip(r)
		})
		status, stdout, _ := w.run("apply", "--plan", "plan.json", "--accept", "plan.json", "--credentials-out", "labs.env", "--parallelism", "1")
		if status != ExitError || len(w.organizations()) != row.made || !strings.HasSuffix(stdout, row.want) {
			t.Errorf("%s: status %d, organizations %v\n%s", row.reason, status, w.organizations(), stdout)
		}
	}
}

// TestCreateAtOnce: only one of two simultaneous runs creates the organization, although each has its own credential file.
func TestCreateAtOnce(t *testing.T) {
	w := newLabs(t)
	digest := w.digest()
	other := *w
	met := false
	w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if isCreation(r) {
			status, stdout, _ := other.run("apply", "--accept", digest, "--credentials-out", "other.env")
			if status != ExitError || strings.Contains(stdout, "applied    +") {
				t.Errorf("the other run: %d\n%s", status, stdout)
			}
			met = true
		}
		return w.server.RoundTrip(r)
	})
	if status, stdout, stderr := w.create(digest); status != ExitOK || !met || len(w.organizations()) != 1 || w.files["other.env"] != nil {
		t.Errorf("status %d, organizations %v\n%s%s", status, w.organizations(), stdout, stderr)
	}
}

// TestCreateAmongOthers: a creation that cannot start does not stop other organizations.
func TestCreateAmongOthers(t *testing.T) {
	w := newLabs(t)
	w.write("orgs/.bb1239e5.creating", "begun 2026-11-22T08:00:00Z\n")
	w.write("orgs/research.yaml", "name: Acme-Research\ncredentials: ACME_RESEARCH\nsettings: { multiFactorAuthRequired: true }\n")
	status, stdout, stderr := w.run("apply", "--auto-approve")
	if status != ExitError || !strings.Contains(stdout, "applied    ~ settings") || strings.Contains(stdout, "Acme-Labs") || !strings.Contains(stderr, "another run began to create it") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
}
