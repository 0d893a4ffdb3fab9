package cli

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/sandbox"
)

// TestCreateOddAnswers checks invalid answers of Atlas to a creation.
func TestCreateOddAnswers(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(string) string
		want   []string // in the output
		file   string   // in labs.env; "": the file does not exist
	}{
		{"no organization", func(string) string { return "{}" },
			[]string{"it is unknown whether \"Acme-Labs\" was created", "look for it in Atlas. If it is there, write its id below its name in the tree",
				"remove orgs/.bb1239e5.creating and plan again\n", "it is unknown whether the organization was created", "Fix the errors above. Plan again and review:\n  atlas-gitops plan\n"}, ""},
		{"an invalid id", func(string) string { return `{"organization":{"id":"../x","name":"Acme-Labs"}}` },
			[]string{"the id of the organization is not 24 hexadecimal digits"}, ""},
		{"no credential", func(s string) string { return strings.Replace(s, `"apiKey"`, `"other"`, 1) },
			[]string{"failed     + organization\n", "it was created, but Atlas handed out no credential for it", "  3 skipped: there is no credential for the new organization\n", "commit orgs/labs.yaml, which now has the id"}, ""},
		{"an empty secret", func(s string) string {
			return regexp.MustCompile(`"privateKey":"[^"]*"`).ReplaceAllString(s, `"privateKey":""`)
		},
			[]string{"it was created, but Atlas handed out no credential for it"}, ""},
		{"a secret with special characters of a shell", func(s string) string {
			return strings.Replace(s, `"privateKey":"`, `"privateKey":"a'b $c`, 1)
		}, []string{"applied    + organization"}, `MONGODB_ATLAS_PRIVATE_API_KEY_ACME_LABS='a'\''b $c`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			w := newLabs(t)
			digest := w.digest()
			w.answer(isCreation, row.change)
			status, stdout, stderr := w.create(digest)
			for _, want := range row.want {
				if !strings.Contains(stdout, want) {
					t.Errorf("the output lacks %q", want)
				}
			}
			file := w.files["labs.env"]
			if (file != nil) != (row.file != "") || file != nil && !strings.Contains(string(file.Data), row.file) {
				t.Errorf("labs.env: %v", file)
			}
			if status != ExitError || w.posts() != 1 || strings.Contains(stdout+stderr, "'b $c") {
				t.Errorf("status %d, %d requests\n%s%s", status, w.posts(), stdout, stderr)
			}
		})
	}
}

// TestCreateUnasked: an unexpected credential in the answer is reported, because no file keeps it.
func TestCreateUnasked(t *testing.T) {
	w := newLabsWithoutKey(t)
	digest := w.digest()
	w.answer(isCreation, func(body string) string {
		return `{"apiKey":{"publicKey":"abcdefgh","privateKey":"01234567-89ab-cdef-0123-456789abcdef"},` + body[1:]
	})
	status, stdout, stderr := w.run("apply", "--accept", digest)
	if status != ExitError || !strings.Contains(stdout, "returned a credential that was not requested") || !strings.Contains(string(w.files["orgs/labs.yaml"].Data), "\nid: ") || strings.Contains(stdout+stderr, "89ab") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
}

// TestCreateTries: a creation is sent again only if Atlas certainly did not create the organization, and as often as any write.
func TestCreateTries(t *testing.T) {
	for _, row := range []struct {
		reason string
		kind   string
		want   int
		rest   string // the reason of the next step
	}{
		{"Atlas limits requests", "429", 6, "the organization was not created"},
		{"an error after the creation", "500-after", 1, "it is unknown whether the organization was created"},
		{"the connection ends without an answer", "reset-before", 1, "it is unknown whether the organization was created"},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newLabs(t)
			digest := w.digest()
			w.inject(sandbox.Fault{Kind: row.kind, Method: "POST", Path: creationPath, Times: -1})
			status, stdout, stderr := w.create(digest)
			if status != ExitError || w.posts() != row.want || !strings.Contains(stdout, "  3 skipped: "+row.rest+"\n") ||
				slices.ContainsFunc(w.server.Log(), func(e sandbox.Entry) bool { return strings.Contains(e.Path, "//") }) {
				t.Errorf("%s: status %d, %d requests\n%s%s", row.reason, status, w.posts(), stdout, stderr)
			}
		})
	}
	fleet := sandbox.Demo()
	fleet.Orgs[3].Paying = false
	w := newLabsIn(t, fleet)
	if status, stdout, _ := w.create(w.digest()); status != ExitError || w.posts() != 1 || !strings.Contains(stdout, "in create.from") {
		t.Errorf("a refusal: status %d, %d requests\n%s", status, w.posts(), stdout)
	}
}

// TestCreateTwo: each organization has its own payer, and its id is written below its own name.
func TestCreateTwo(t *testing.T) {
	fleet := sandbox.Demo()
	fleet.Orgs[1].Paying = true
	w := newLabsIn(t, fleet)
	w.write("orgs/labs.yaml", "{ name: Acme-Labs, credentials: ACME_LABS, create: { from: ACME_BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001, apiKey: { desc: a, roles: [ORG_MEMBER] } }, settings: { multiFactorAuthRequired: true } }\n"+
		"---\nname: Acme-Two\ncredentials: ACME_TWO\ncreate: { from: ACME_STAGING, ownerId: 5f1b0c0d0e0f0a0b0c0d2003 }\n"+
		"---\nname: Acme-Three\ncredentials: ACME_THREE\ncreate: { from: ACME_STAGING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001, apiKey: { desc: a, roles: [ORG_OWNER] } }\ninvitations: [{ username: ada@acme.example, roles: [ORG_OWNER] }]\n"+
		"---\nname: Acme-Four\ncredentials: ACME_FOUR\ncreate: { from: ACME_STAGING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001 }\n")
	if _, _, stderr := w.run("plan"); !strings.Contains(stderr, "no active user of Acme-Stage has the id 5f1b0c0d0e0f0a0b0c0d2003") {
		t.Errorf("the owner is checked with the wrong payer: %s", stderr)
	}
	w.rewrite("0c0d2003", "0c0d2001")
	status, stdout, stderr := w.run("apply", "--accept", w.digest(), "--credentials-out", "labs.env", "--format", "json", "--parallelism", "1")
	if status != ExitOK || w.posts() != 4 || strings.Count(stdout, `"op"`) != 4 || !strings.Contains(stdout, `"from": "ACME_STAGING"`) || strings.Count(stdout, `"id": "5f1b0c0d0e0f0a0b0c0d3`) != 4 {
		t.Fatalf("status %d, %d requests\n%s%s", status, w.posts(), stdout, stderr)
	}
	if strings.Count(stdout, `"about": "later"`) != 1 {
		t.Errorf("the notice about later steps is wrong: %s", stdout)
	}
	tree := string(w.files["orgs/labs.yaml"].Data)
	for _, want := range []string{"{ name: Acme-Labs, id: ", "\nname: Acme-Two\nid: ", "\nname: Acme-Three\nid: ", "\nname: Acme-Four\nid: "} {
		if !strings.Contains(tree, want) {
			t.Errorf("%q is not in the tree:\n%s", want, tree)
		}
	}
}

// TestCreateNotWithHalf: an incomplete credential of the organization is an error. It does not mean that the organization is new.
func TestCreateNotWithHalf(t *testing.T) {
	w := newLabs(t)
	w.variables["MONGODB_ATLAS_PUBLIC_API_KEY_ACME_LABS"] = "abcdefgh"
	_, stdout, stderr := w.run("plan")
	if strings.Contains(stdout, "+ organization") || !strings.Contains(stderr, "MONGODB_ATLAS_PUBLIC_API_KEY_ACME_LABS is set, but ") {
		t.Errorf("%s%s", stdout, stderr)
	}
}

// TestCreateSavedPlan: applying a saved creation checks its needs again.
func TestCreateSavedPlan(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(*world)
		want   string
	}{
		{"the credential of the payer is gone", func(w *world) { w.variables = without(w.variables, "ACME_BILLING") }, "no credential is set; set MONGODB_ATLAS_CLIENT_ID_ACME_BILLING"},
		{"the file of the tree is gone", func(w *world) { delete(w.files, "orgs/labs.yaml") }, "its id cannot be written below its name: open orgs/labs.yaml: file does not exist"},
		{"the organization was renamed in the tree", func(w *world) { w.rewrite("Acme-Labs", "Acme-Lab") }, "its id cannot be written below its name: the file was changed, and line 2 no longer has name: Acme-Labs"},
	} {
		w := newLabs(t)
		w.rewrite("ada@acme.example", "kay2@acme.example") // the plan would remove the first owner
		_, saved, _ := w.run("plan", "--format", "json")
		w.write("plan.json", saved)
		row.change(w)
		status, stdout, stderr := w.run("apply", "--plan", "plan.json", "--accept", "plan.json", "--credentials-out", "labs.env")
		if status != ExitError || !strings.Contains(stdout+stderr, row.want) || w.files["labs.env"] != nil {
			t.Errorf("%s: status %d\n%s%s", row.reason, status, stdout, stderr)
		}
		w.nothingSent()
	}
}

// TestCreateWhatAppeared: apply looks for the name again right before the creation, and after each wait.
func TestCreateWhatAppeared(t *testing.T) {
	for _, row := range []struct {
		reason string
		fault  bool // the first try has to wait
	}{{"created since the plan was made", false}, {"created while apply waited", true}} {
		synctest.Test(t, func(t *testing.T) {
			w := newLabs(t)
			digest := w.digest()
			looks, least := 0, 1
			if row.fault {
				least = 2
				w.inject(sandbox.Fault{Kind: "429", Method: "POST", Path: creationPath})
			}
			w.answer(func(r *http.Request) bool {
				isLook := r.Method == http.MethodGet && r.URL.Path == creationPath && r.Header.Get("Authorization") != ""
				if isLook {
					looks++
				}
				return isLook && looks > least
			}, func(s string) string { return strings.Replace(s, `"Acme Billing"`, `"Acme-Labs"`, 1) })
			status, stdout, stderr := w.create(digest)
			if status != ExitError || len(w.organizations()) > 0 || !strings.Contains(stdout, "the credential in create.from now sees an organization with this name; make a new plan") || w.files["labs.env"] != nil {
				t.Errorf("%s: status %d\n%s%s", row.reason, status, stdout, stderr)
			}
		})
	}
}

// TestCreateInterrupted: after an interrupt, a creation that was sent is finished, so that its credential and id are not lost. A
// creation that has to wait is not sent again.
func TestCreateInterrupted(t *testing.T) {
	for _, row := range []struct {
		reason string
		kind   string // of a fault
		made   int
	}{{"the creation was sent", "", 1}, {"the creation has to wait", "429", 0}} {
		synctest.Test(t, func(t *testing.T) {
			w := newLabs(t)
			digest := w.digest()
			w.inject(sandbox.Fault{Kind: row.kind, Method: "POST", Path: creationPath, Times: -1})
			var cancel context.CancelFunc
			w.edit = func(env *Env) {
				env.Interruptible = func(ctx context.Context) (context.Context, context.CancelFunc) {
					ctx, cancel = context.WithCancel(ctx)
					return ctx, cancel
				}
			}
			w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				if isCreation(r) {
					cancel()
				}
				return w.server.RoundTrip(r)
			})
			status, stdout, stderr := w.create(digest)
			if status != ExitError || len(w.organizations()) != row.made || w.posts() != 1 || strings.Contains(stdout, "applied    ~ settings") {
				t.Errorf("%s: status %d\n%s%s", row.reason, status, stdout, stderr)
			}
			kept := w.load("labs.env") == 2 && strings.Contains(string(w.files["orgs/labs.yaml"].Data), "\nid: ")
			if kept != (row.made == 1) || w.files["orgs/.bb1239e5.creating"] != nil {
				t.Errorf("%s: credential and id are kept: %v", row.reason, kept)
			}
		})
	}
}

// failing is a file whose writes fail from the n-th on.
type failing struct {
	*memoryFile
	n int
}

func (f *failing) Append(text string) error {
	if f.n--; f.n < 0 {
		return errors.New("no space left")
	}
	return f.memoryFile.Append(text)
}

// TestCreateKeepsFirst: a creation is sent only if its result can be kept. The result is on the disk before anything else happens.
func TestCreateKeepsFirst(t *testing.T) {
	for _, row := range []struct {
		reason string
		edit   func(w *world, env *Env)
		made   int
		want   string
	}{
		{"the credential file cannot be created", func(w *world, env *Env) {
			env.Reserve = func(string, int64) (creation.Reserved, error) { return nil, errors.New("no inode left") }
		}, 0, "--credentials-out: no inode left"},
		{"the first line of the credential file cannot be written", func(w *world, env *Env) { env.Reserve = w.reserveFailing("labs.env", 0) }, 0, "--credentials-out labs.env cannot be written: no space left"},
		{"the lock file cannot be written", func(w *world, env *Env) { env.Reserve = w.reserveFailing(".creating", 0) }, 0, "the lock file orgs/.bb1239e5.creating cannot be written, so the organization is not created: no space left"},
		{"another run removes its lock file meanwhile", func(w *world, env *Env) {
			env.Reserve = func(name string, size int64) (creation.Reserved, error) {
				if strings.HasSuffix(name, ".creating") {
					return nil, fs.ErrExist
				}
				return w.reserve(name, size)
			}
		}, 0, "another run created the lock file at the same time; run it again"},
		{"another run creates its lock file first", func(w *world, env *Env) {
			env.Reserve = func(name string, size int64) (creation.Reserved, error) {
				if strings.HasSuffix(name, ".creating") {
					w.rewrite("# new", "# new\nid: 5f1b0c0d0e0f0a0b0c0d9999")
				}
				return w.reserve(name, size)
			}
		}, 0, "its id cannot be written below its name: line 3 already has an id for the organization; make a new plan"},
		{"the credential cannot be written", func(w *world, env *Env) { env.Reserve = w.reserveFailing("labs.env", 1) }, 1,
			"but its credential is lost: --credentials-out labs.env cannot be written: no space left; create another one in Atlas"},
		{"the credential file is removed during the request", func(w *world, env *Env) {
			w.answer(isCreation, func(body string) string { delete(w.files, "labs.env"); return body })
			env.Transport = w.transport
		}, 1, "but its credential is lost: --credentials-out labs.env cannot be written: it was removed; create another one in Atlas"},
		{"the id cannot be written", func(w *world, env *Env) {
			env.Replace = func(string, []byte, []byte) error { return errors.New("no space left") }
		}, 1, "orgs/labs.yaml:2: Acme-Labs: its id cannot be written below its name: no space left; write id: 5f1b0c0d0e0f0a0b0c0d3001 below its name, then remove orgs/.bb1239e5.creating"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			w := newLabs(t)
			digest := w.digest()
			w.edit = func(env *Env) { row.edit(w, env) }
			status, stdout, stderr := w.create(digest)
			if status != ExitError || len(w.organizations()) != row.made || !strings.Contains(stdout+stderr, row.want) {
				t.Errorf("status %d, organizations %v, want %q\n%s%s", status, w.organizations(), row.want, stdout, stderr)
			}
		})
	}
}

// TestCreateNoMore: after a credential could not be kept, no other organization is created.
func TestCreateNoMore(t *testing.T) {
	w := newLabs(t)
	w.write("orgs/two.yaml", strings.NewReplacer("Acme-Labs", "Acme-Two", "ACME_LABS", "ACME_TWO").Replace(labs))
	digest := w.digest()
	w.edit = func(env *Env) { env.Reserve = w.reserveFailing("labs.env", 1) }
	status, stdout, stderr := w.run("apply", "--accept", digest, "--credentials-out", "labs.env", "--parallelism", "1")
	if status != ExitError || w.posts() != 1 || !strings.Contains(stdout, "create another one in Atlas") || w.files["labs.env"] == nil {
		t.Errorf("status %d, %d requests\n%s%s", status, w.posts(), stdout, stderr)
	}
	if lock := w.files["orgs/.bb1239e5.creating"]; lock != nil {
		t.Errorf("a lock file is left, although the tree has the id: %s", lock.Data)
	}
}

// TestCreateWhileOneIsLost: if one credential cannot be kept, the credential of a creation in progress is still kept.
func TestCreateWhileOneIsLost(t *testing.T) {
	w := newLabs(t)
	w.write("orgs/two.yaml", strings.NewReplacer("Acme-Labs", "Acme-Two", "ACME_LABS", "ACME_TWO").Replace(labs))
	digest := w.digest()
	w.edit = func(env *Env) {
		env.Reserve = func(name string, size int64) (creation.Reserved, error) {
			f, err := w.reserve(name, size)
			if name != "labs.env" {
				return f, err
			}
			return &failingOnce{f.(*memoryFile), 1}, err
		}
	}
	var both sync.WaitGroup
	both.Add(2)
	w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if isCreation(r) {
			both.Done()
			both.Wait()
		}
		return w.server.RoundTrip(r)
	})
	status, stdout, stderr := w.run("apply", "--accept", digest, "--credentials-out", "labs.env")
	if status != ExitError || strings.Count(stdout, "its credential is lost") != 1 || strings.Count(stdout, "applied    + organization") != 1 || w.load("labs.env") != 2 {
		t.Errorf("status %d\n%s%s\n%s", status, stdout, stderr, w.files["labs.env"].Data)
	}
}

// failingOnce is a file that fails one write.
type failingOnce struct {
	*memoryFile
	left int // writes before the failing one
}

func (f *failingOnce) Append(text string) error {
	if f.left--; f.left == -1 {
		return errors.New("an error of the disk")
	}
	return f.memoryFile.Append(text)
}

// TestCreateWithoutFile: after the credential file is removed, no other organization is created.
func TestCreateWithoutFile(t *testing.T) {
	w := newWorld(t, sandbox.Demo(), false)
	w.write("orgs/labs.yaml", three)
	digest := w.digest()
	w.edit = func(env *Env) {
		env.Replace = func(name string, _, is []byte) error { // after the first credential was kept
			delete(w.files, "labs.env")
			w.write(name, string(is))
			return nil
		}
	}
	status, stdout, stderr := w.run("apply", "--accept", digest, "--credentials-out", "labs.env", "--parallelism", "1")
	if status != ExitError || w.posts() != 1 || strings.Count(stdout, "--credentials-out labs.env cannot be written: it was removed") != 2 || w.files["labs.env"] != nil {
		t.Errorf("status %d, %d requests\n%s%s", status, w.posts(), stdout, stderr)
	}
}

// TestCreateNotes: the lock file says how the creation ended, and names only files that exist.
func TestCreateNotes(t *testing.T) {
	for _, row := range []struct {
		reason string
		labs   func(*testing.T) *world
		file   []string // for the credential; nil: there is none
		edit   func(*Env)
		fault  string
		want   string
	}{
		{"the id cannot be written", newLabs, labsFile, noReplace, "", "created as 5f1b0c0d0e0f0a0b0c0d3001; its credential is in labs.env\n"},
		{"the id cannot be written, and there is no credential", newLabsWithoutKey, nil, noReplace, "", "created as 5f1b0c0d0e0f0a0b0c0d3001\n"},
		{"it is unknown whether the organization was created", newLabs, labsFile, nil, "reset-after", ""},
		{"it is unknown whether the organization was created, and there is no credential", newLabsWithoutKey, nil, nil, "reset-after", ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := row.labs(t)
			args := append([]string{"apply", "--accept", w.digest()}, row.file...)
			w.inject(sandbox.Fault{Kind: row.fault, Method: "POST", Path: creationPath})
			w.edit = row.edit
			status, stdout, stderr := w.run(args...)
			w.edit = nil
			if status != ExitError || len(w.organizations()) != 1 {
				t.Fatalf("%s: status %d\n%s%s", row.reason, status, stdout, stderr)
			}
			w.checkLock(row.reason, row.want)
			if said := stdout + stderr; row.file == nil && (strings.Contains(said, "credential is lost") || strings.Contains(said, "and create a credential")) {
				t.Errorf("%s: reports a lost credential, but there is none\n%s", row.reason, said)
			}
			_, _, stderr = w.run(append(args, "--only", "Acme-Labs")...)
			if !strings.Contains(stderr, "another run began to create it (begun 20") || !strings.Contains(stderr, strings.TrimSpace(row.want)) {
				t.Errorf("%s: the next run: %s", row.reason, stderr)
			}
			if asksForCredential := strings.Contains(stderr, "and create a credential"); asksForCredential != (row.file != nil) {
				t.Errorf("%s: the next run: %s", row.reason, stderr)
			}
		})
	}
}

// checkLock: the lock file says when the creation began and how it ended. It names the credential file if that exists.
func (w *world) checkLock(reason, want string) {
	w.Helper()
	lock := w.files["orgs/.bb1239e5.creating"]
	if lock == nil {
		w.Errorf("%s: there is no lock file", reason)
		return
	}
	begun, said, _ := strings.Cut(string(lock.Data), "\n")
	if !strings.HasPrefix(begun, "begun 20") || said != want || strings.Contains(said, "labs.env") != (w.files["labs.env"] != nil) {
		w.Errorf("%s: the lock file says %q", reason, lock.Data)
	}
}

func noReplace(env *Env) {
	env.Replace = func(string, []byte, []byte) error { return errors.New("no space left") }
}

// goneTerminal is a terminal whose writes fail after it is closed.
type goneTerminal struct{ gone *atomic.Bool }

func (g goneTerminal) Write(p []byte) (int, error) {
	if g.gone.Load() {
		return 0, syscall.EIO
	}
	return len(p), nil
}

// TestCreateWithoutTerminal: a closed terminal does not stop a creation in progress.
func TestCreateWithoutTerminal(t *testing.T) {
	w := newLabs(t)
	digest := w.digest()
	var gone atomic.Bool
	w.answer(isCreation, func(body string) string { gone.Store(true); return body })
	env := w.env(goneTerminal{&gone}, goneTerminal{&gone})
	env.ShowsOut, env.ShowsErr = true, true
	status := Main(t.Context(), env, []string{"apply", "--accept", digest, "--credentials-out", "labs.env"})
	if status != ExitError || w.load("labs.env") != 2 || !strings.Contains(string(w.files["orgs/labs.yaml"].Data), "\nid: ") || len(w.files) != 2 {
		t.Errorf("status %d, files %v", status, w.files)
	}
	if status, stdout, stderr := w.run("plan", "--detailed-exitcode"); status != ExitOK {
		t.Errorf("the next plan: %d\n%s%s", status, stdout, stderr)
	}
}

// reserveFailing makes files. Writes to files whose name has this ending fail from the n-th on.
func (w *world) reserveFailing(end string, n int) func(string, int64) (creation.Reserved, error) {
	return func(name string, size int64) (creation.Reserved, error) {
		f, err := w.reserve(name, size)
		if err != nil || !strings.HasSuffix(name, end) {
			return f, err
		}
		return &failing{f.(*memoryFile), n}, nil
	}
}

// recorder records what happens to a file.
type recorder struct {
	*memoryFile
	record func(event string)
}

func (r recorder) Append(text string) error {
	r.record("sync " + r.name)
	return r.memoryFile.Append(text)
}

func (r recorder) Discard() error {
	r.record("remove " + r.name)
	return r.memoryFile.Discard()
}

// TestCreateInOrder: the reserved file and the lock file are on the disk before the request, and the credential before the tree. The steps
// in the new organization come after all that, in any order.
func TestCreateInOrder(t *testing.T) {
	w := newLabs(t)
	digest := w.digest()
	var mu sync.Mutex
	var events []string
	record := func(event string) {
		mu.Lock()
		defer mu.Unlock()
		events = append(events, event)
	}
	w.edit = func(env *Env) {
		env.Reserve = func(name string, size int64) (creation.Reserved, error) {
			record("reserve " + name)
			f, err := w.reserve(name, size)
			return recorder{f.(*memoryFile), record}, err
		}
		replace := env.Replace
		env.Replace = func(name string, was, is []byte) error {
			record("write " + name)
			return replace(name, was, is)
		}
	}
	w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodGet && r.Header.Get("Authorization") != "" {
			record(r.Method)
		}
		return w.server.RoundTrip(r)
	})
	const lock = "orgs/.bb1239e5.creating"
	if status, stdout, stderr := w.create(digest); status != ExitOK {
		t.Fatal(stdout, stderr)
	}
	want := []string{"reserve labs.env", "sync labs.env", "reserve " + lock, "sync " + lock, "POST", "sync labs.env", "sync " + lock, "write orgs/labs.yaml", "remove " + lock, "PATCH", "POST", "POST"}
	slices.Sort(events[max(0, len(events)-3):])
	if !slices.Equal(events, want) {
		t.Errorf("got %q, want %q", events, want)
	}
	if !bytes.Contains(w.files["labs.env"].Data, []byte("set -a; . ./labs.env; set +a")) {
		t.Errorf("labs.env: %s", w.files["labs.env"].Data)
	}
}
