package cli

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/sandbox"
)

// labs is an organization that does not exist yet, with all that it should have.
const labs = `# ours
name: Acme-Labs # new
credentials: ACME_LABS
create:
  from: ACME_BILLING
  ownerId: 5f1b0c0d0e0f0a0b0c0d2001
  apiKey: { desc: gitops, roles: [ORG_OWNER] }
settings: { multiFactorAuthRequired: true }
invitations: [{ username: kay@acme.example, roles: [ORG_MEMBER] }]
members:
  - { username: ada@acme.example, roles: [ORG_OWNER] }
  - { username: lynn@acme.example, roles: [ORG_MEMBER] }
`

// newLabs is the demonstration fleet, and a tree with an organization that is not in it.
func newLabs(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, sandbox.Demo(), false)
	w.write("orgs/labs.yaml", labs)
	return w
}

// digest returns that of the plan.
func (w *world) digest() string {
	w.Helper()
	_, stdout, stderr := w.run("plan", "--format", "json")
	var p struct{ Digest string }
	if err := json.Unmarshal([]byte(stdout), &p); err != nil {
		w.Fatal(err, stdout, stderr)
	}
	return p.Digest
}

// create carries out the plan with the digest, whatever guards say.
func (w *world) create(digest string) (status int, stdout, stderr string) {
	w.Helper()
	return w.run("apply", "--accept", digest, "--credentials-out", "labs.env")
}

// organizations returns the ids of all that are called Acme-Labs.
func (w *world) organizations() (ids []string) {
	w.Helper()
	var fleet struct {
		Orgs []struct{ ID, Name string }
	}
	if err := json.Unmarshal(w.ask("GET", "/_sandbox/fleet"), &fleet); err != nil {
		w.Fatal(err)
	}
	for _, o := range fleet.Orgs {
		if o.Name == "Acme-Labs" {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// load sets the variables of a file as a shell would, and returns how many.
func (w *world) load(name string) (n int) {
	if w.files[name] == nil {
		return 0
	}
	for line := range strings.Lines(string(w.files[name].Data)) {
		if variable, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && !strings.HasPrefix(line, "#") {
			w.variables[variable] = value
			n++
		}
	}
	return n
}

// TestCreate: one run creates an organization, configures it and invites its people; the next one finds nothing to do.
func TestCreate(t *testing.T) {
	w := newLabs(t)
	status, stdout, stderr := w.create(w.digest())
	ids := w.organizations()
	if status != ExitOK || len(ids) != 1 || !strings.Contains(stdout, "Apply: 4 applied, 0 unchanged, 0 conflict, 0 failed, 0 skipped.") {
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

// TestCreateWithFaults lets every mutating request of a run that creates an organization meet every fault. There is
// never a second organization. Where the first is there, its credential is in the file and the next runs do the rest; where
// nobody knows, everybody is told, and the same command does nothing more.
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
	if err := w.server.Inject(fault); err != nil {
		t.Fatal(err)
	}
	first, stdout, stderr := w.create(digest)
	w.ask("DELETE", "/_sandbox/faults")
	known := w.load("labs.env") > 0
	lost := strings.Contains(stdout, "nobody knows whether Atlas has created")
	switch made := len(w.organizations()); {
	case made > 1, !known && made == 1 && !lost, known && (made != 1 || lost):
		t.Fatalf("%+v: %d organizations, credential known: %v, said to be lost: %v\n%s%s", fault, made, known, lost, stdout, stderr)
	case known:
		w.finishCreation(fault)
	case lost:
		status, _, stderr := w.create(digest)
		if first != ExitError || status != ExitError || !strings.Contains(stderr, "an earlier run was about to create Acme-Labs") || len(w.organizations()) != made {
			t.Errorf("%+v: status %d, %d\n%s", fault, first, status, stderr)
		}
	default: // the file is gone, and the same command does it
		if status, stdout, stderr := w.create(digest); first != ExitError || status != ExitOK || len(w.organizations()) != 1 {
			t.Errorf("%+v: status %d, %d\n%s%s", fault, first, status, stdout, stderr)
		}
	}
}

// finishCreation does what is left to do in an organization that was created, with its own credential.
func (w *world) finishCreation(what any) {
	w.Helper()
	if status, stdout, stderr := w.run("apply", "--auto-approve"); status != ExitOK {
		w.Errorf("%+v: the second run: %d\n%s%s", what, status, stdout, stderr)
	}
	if status, stdout, stderr := w.run("plan", "--detailed-exitcode"); status != ExitOK || len(w.organizations()) != 1 {
		w.Errorf("%+v: the plan after the second run: %d\n%s%s", what, status, stdout, stderr)
	}
}

// TestCreateRefuses: before anything is sent, all that the creation takes has to be there.
func TestCreateRefuses(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(*world)
		want   string // in the complaints of apply
	}{
		{"nobody pays", func(w *world) { w.variables = without(w.variables, "ACME_BILLING") },
			"orgs/labs.yaml:5: Acme-Labs: create.from: there is no credential in the environment; set either MONGODB_ATLAS_CLIENT_ID_ACME_BILLING and"},
		{"with a key somebody has to own it", func(w *world) { w.rewrite("  ownerId: 5f1b0c0d0e0f0a0b0c0d2001\n", "") },
			"orgs/labs.yaml:5: Acme-Labs: ownerId is missing: with an API key Atlas needs the id of a user who is to own the organization"},
		{"nobody has that id", func(w *world) { w.rewrite("0c0d2001", "0c0d2002") },
			"orgs/labs.yaml:6: Acme-Labs: no active user of Acme Billing has the id 5f1b0c0d0e0f0a0b0c0d2002"},
		{"the name is taken", func(w *world) { w.rewrite("Acme-Labs", "Acme Billing") },
			`an organization that is called "Acme Billing" already; write its id`},
		{"the credential is another's", func(w *world) { w.rewrite("credentials: ACME_LABS", "credentials: ACME_STAGING") },
			"orgs/labs.yaml:4: Acme-Labs: GET /orgs: the organization does not exist yet, and its credential is that of another one: Acme-Stage; give the new organization a name of its own in credentials"},
		{"there is no team yet", func(w *world) { w.rewrite("roles: [ORG_MEMBER] }]", "roles: [ORG_MEMBER], teams: [Platform] }]") },
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

// TestCreateNeedsFile: what Atlas hands out only once needs a place, and there nothing is written over.
func TestCreateNeedsFile(t *testing.T) {
	w := newLabs(t)
	digest := w.digest()
	w.write("precious.env", "A=B\n")
	w.write("begun.env", "# creating Acme-Labs: begun 2026-11-22T08:00:00Z\n")
	w.write("done.env", "# creating Acme-Labs: begun 2026-11-22T08:00:00Z\n# creating Acme-Labs: created as 5f1b0c0d0e0f0a0b0c0d3001\nX=Y\n")
	for _, row := range []struct {
		reason string
		args   []string
		want   string
	}{
		{"no file was named", nil, "the plan creates Acme-Labs, and Atlas hands out the credential for it only once; nothing was done. Add --credentials-out credentials.env"},
		{"it holds something", []string{"--credentials-out", "precious.env"}, "precious.env exists, and is not written over; name another file"},
		{"an earlier run did not end", []string{"--credentials-out", "begun.env"}, "an earlier run was about to create Acme-Labs (begun 2026-11-22T08:00:00Z) and did not learn what became of it"},
		{"an earlier run created it", []string{"--credentials-out", "done.env"}, "done.env has the credential of Acme-Labs, which an earlier run has created as 5f1b0c0d0e0f0a0b0c0d3001; write id: 5f1b0c0d0e0f0a0b0c0d3001 below its name (orgs/labs.yaml:2)"},
		{"there is no such directory", []string{"--credentials-out", "none/labs.env"}, "there is no directory none"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			before := maps.Clone(w.files)
			status, _, stderr := w.run(append([]string{"apply", "--accept", digest}, row.args...)...)
			if status != ExitError || !strings.Contains(stderr, row.want) || !maps.Equal(before, w.files) {
				t.Errorf("status %d, want %q\n%s", status, row.want, stderr)
			}
			w.nothingSent()
		})
	}
}

// without returns the variables but for those of a credential.
func without(variables map[string]string, credential string) map[string]string {
	left := maps.Clone(variables)
	maps.DeleteFunc(left, func(name, _ string) bool { return strings.HasSuffix(name, credential) })
	return left
}

// rewrite replaces a part of the tree, which is there.
func (w *world) rewrite(old, new string) {
	w.Helper()
	text := string(w.files["orgs/labs.yaml"].Data)
	if !strings.Contains(text, old) {
		w.Fatalf("%q is not in the tree", old)
	}
	w.write("orgs/labs.yaml", strings.ReplaceAll(text, old, new))
}

func (w *world) nothingSent() {
	w.Helper()
	if i := slices.IndexFunc(w.server.Log(), func(e sandbox.Entry) bool { return e.Method != http.MethodGet }); i >= 0 {
		w.Errorf("%s %s was sent", w.server.Log()[i].Method, w.server.Log()[i].Path)
	}
}
