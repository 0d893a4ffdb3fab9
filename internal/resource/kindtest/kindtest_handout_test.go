package kindtest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestKilled: if a run is killed at any request, the next run completes its work. It creates nothing twice, and no secret that arrived
// is lost.
func TestKilled(t *testing.T) {
	for n := 1; n <= 5; n++ {
		for _, saved := range []bool{false, true} {
			for _, carriedOut := range []bool{false, true} {
				bubble(t, fmt.Sprintf("write %d, carried out: %v, with the saved plan: %v", n, carriedOut, saved), func(w *world) {
					p := w.plan(twoOfEach())
					w.requests()
					if carriedOut {
						w.after = nthWrite(n, killed)
					} else {
						w.before = nthWrite(n, killed)
					}
					if outcomes := w.apply(p, "credentials.env"); outcomes != nil {
						w.Fatalf("the run was not killed: %q", said(outcomes))
					}
					first := w.writes()
					if w.before, w.after = nil, nil; len(first) != n {
						w.Fatalf("the run was killed after the requests %q", first)
					}
					inFlight := carriedOut && strings.HasPrefix(first[n-1], "POST tokens")
					if p = saveAndRead(w, p); !saved {
						p = w.plan(twoOfEach())
					}
					w.checkFinished(p, inFlight, saved)
				})
			}
		}
	}
}

// checkFinished checks that the second run does the rest. A secret that was on its way when the first run was killed is lost, and the
// result of that step says so.
func (w *world) checkFinished(p *plan.Plan, inFlight, saved bool) {
	w.Helper()
	var lost []string
	if inFlight {
		lost = w.secrets[len(w.secrets)-1:]
		w.secrets = w.secrets[:len(w.secrets)-1]
	}
	outcomes := w.apply(p, "second.env")
	explained := 0
	for _, o := range outcomes {
		if !o.Good() {
			w.Errorf("got %q", said([]apply.Outcome{o}))
		}
		if o.Step.HandsOut() {
			explained += strings.Count(o.Reason, "it existed already, so Atlas handed out no credential") + strings.Count(o.Reason, "its credential is in "+w.dir+"/second.env")
		}
	}
	if handouts := len(p.Handouts()); explained != handouts {
		w.Errorf("the report explains %d of %d credentials: %q", explained, handouts, said(outcomes))
	}
	if saved && len(outcomes) != 4 || len(w.tokens[acme]) != 2 || len(w.squads[acme]) != 2 {
		w.Errorf("%d steps, %v, %v", len(outcomes), w.squads, w.tokens)
	}
	w.checkSecrets(2 - len(lost))
	if rest := w.plan(twoOfEach()); rest.Changed() > 0 {
		w.Errorf("these steps are left: %q", lines(rest))
	}
}

// nthWrite returns a function that gives the answer to the nth write.
func nthWrite(n int, a answer) func(string) answer {
	count := nth(n, "", a)
	return func(request string) answer {
		if strings.HasPrefix(request, "GET ") {
			return nil
		}
		return count(request)
	}
}

func saveAndRead(w *world, p *plan.Plan) *plan.Plan {
	w.Helper()
	var b bytes.Buffer
	if err := plan.WriteJSON(&b, p); err != nil {
		w.Fatal(err)
	}
	read, err := plan.ReadJSON(b.Bytes())
	if err != nil {
		w.Fatal(err)
	}
	return read
}

const (
	path       = "POST /api/atlas/v2/orgs/#/tokens: "
	lostIfMade = "; if it was created, its credential is lost; look for it in Atlas: if it is there, remove it and apply again, or create another credential for it"
	lostForOne = "; remove it in Atlas and apply again, or create another credential for it in Atlas"
)

// TestHandout: the credential of the token ci is recorded, or its step fails and says so. In any case no second token is created, and
// the later steps are carried out.
func TestHandout(t *testing.T) {
	bothEntries := token("ci", list("10.0.0.0/8", "10.1.0.0/16"))
	for _, row := range []struct {
		reason string
		want   resource.Object // the wanted token; without a key: token("ci", list("10.0.0.0/8"))
		meet   func(*world)
		said   string // the result of the step for ci
		posts  int
		puts   int
		kept   bool // whether the secret is in the file
	}{
		{reason: "no fault", said: "applied + tokens/ci: its credential is in FILE", posts: 1, puts: 1, kept: true},
		{
			reason: "the answer is lost, and reading cannot show the secret",
			meet:   func(w *world) { w.after = nth(1, "POST tokens", lost) },
			said:   "failed + tokens/ci: " + path + "the answer was cut off: unexpected EOF" + lostIfMade, posts: 1,
		},
		{
			reason: "the request is lost, and it is unknown whether the token exists",
			meet:   func(w *world) { w.before = nth(1, "POST tokens", lost) },
			said:   "failed + tokens/ci: " + path + "the answer was cut off: unexpected EOF" + lostIfMade, posts: 1,
		},
		{
			reason: "a gateway answers, and it is unknown whether the token exists",
			meet:   func(w *world) { w.before = nth(1, "POST tokens", says(http.StatusServiceUnavailable, "")) },
			said:   "failed + tokens/ci: " + path + "503 Service Unavailable" + lostIfMade, posts: 1,
		},
		{
			reason: "the rate limit is exceeded twice, so nothing was created",
			meet: func(w *world) {
				w.before = firstN(2, "POST tokens", says(http.StatusTooManyRequests, `{"error":429,"errorCode":"RATE_LIMITED","detail":"No"}`))
			},
			said: "applied + tokens/ci: its credential is in FILE", posts: 3, puts: 1, kept: true,
		},
		{
			reason: "Atlas rejects the request",
			meet:   func(w *world) { w.before = nth(1, "POST tokens", refused) },
			said:   "failed + tokens/ci: " + path + "400 NO: No", posts: 1,
		},
		{
			reason: "the answer has no secret",
			meet: func(w *world) {
				w.after = nth(1, "POST tokens", says(http.StatusCreated, `{"id":"000000000000000000000003","name":"ci","roles":[]}`))
			},
			said: "failed + tokens/ci: it was created, but Atlas handed out no credential for it" + lostForOne, posts: 1,
		},
		{
			reason: "the answer is empty, and reading cannot show the secret",
			meet:   func(w *world) { w.after = nth(1, "POST tokens", says(http.StatusCreated, `{}`)) },
			said:   "failed + tokens/ci: the answer does not say what it is about" + lostIfMade, posts: 1,
		},
		{
			reason: "the answer is empty, for a token that needs one request", want: token("ci", nil),
			meet: func(w *world) { w.after = nth(1, "POST tokens", says(http.StatusCreated, `{}`)) },
			said: "failed + tokens/ci: the answer does not say what it is about" + lostIfMade, posts: 1,
		},
		{
			reason: "the answer has only the secret",
			meet:   func(w *world) { w.after = nth(1, "POST tokens", says(http.StatusCreated, `{"secret":"mdb_sa_sk_1"}`)) },
			said:   "failed + tokens/ci: its credential is in FILE; the answer does not say what it is about", posts: 1, kept: true,
		},
		{
			reason: "the answer has only the secret, for a token that needs one request", want: token("ci", nil),
			meet: func(w *world) { w.after = nth(1, "POST tokens", says(http.StatusCreated, `{"secret":"mdb_sa_sk_1"}`)) },
			said: "applied + tokens/ci: its credential is in FILE", posts: 1, kept: true,
		},
		{
			reason: "Atlas rejects the second request, and the report says where the credential is",
			meet:   func(w *world) { w.before = nth(0, "PUT tokens", refused) },
			said:   "failed + tokens/ci: its credential is in FILE; PUT /api/atlas/v2/orgs/#/tokens/#/accessList: 400 NO: No", posts: 1, puts: 1, kept: true,
		},
		{
			reason: "the answer to the second request is lost, and reading shows that it was done",
			meet:   func(w *world) { w.after = nth(1, "PUT tokens", lost) },
			said:   "applied + tokens/ci: its credential is in FILE", posts: 1, puts: 1, kept: true,
		},
		{
			reason: "the token is changed between the two requests",
			meet: func(w *world) {
				w.after = func(request string) answer {
					if strings.HasPrefix(request, `POST tokens {"name":"ci"`) {
						w.tokens[acme][1]["roles"] = list("ORG_OWNER")
					}
					return nil
				}
			},
			said: "conflict + tokens/ci: its credential is in FILE; it was changed after the plan was made", posts: 1, kept: true,
		},
		{
			reason: "the token is not listed between the two requests, and no second one is created",
			meet: func(w *world) {
				w.after = func(request string) answer {
					if strings.HasPrefix(request, `POST tokens {"name":"ci"`) {
						w.hides = "ci"
					}
					return nil
				}
			},
			said: "failed + tokens/ci: its credential is in FILE; the change did not take effect: Atlas accepted it, but does not show it", posts: 1, kept: true,
		},
		{
			reason: "Atlas accepts the second request without effect, and it is not repeated",
			meet:   func(w *world) { w.ignores = "ci" },
			said:   "failed + tokens/ci: its credential is in FILE; the change did not take effect: Atlas accepted it, but does not show it", posts: 1, puts: 1, kept: true,
		},
		{
			reason: "Atlas answers each time that a part is done, but reading shows no change; the tries end", want: bothEntries,
			meet: func(w *world) {
				w.ignores = "ci"
				w.after = nth(0, "PUT tokens", says(http.StatusOK, `{"entries":["10.0.0.0/8"]}`))
			},
			said: "failed + tokens/ci: its credential is in FILE; the change did not take effect: Atlas accepted it, but does not show it", posts: 1, puts: 5, kept: true,
		},
	} {
		bubble(t, row.reason, func(w *world) {
			p := w.planAround(row.want)
			if row.meet != nil {
				row.meet(w)
			}
			file := w.dir + "/credentials.env"
			outcomes := w.apply(p, "credentials.env")
			got := strings.ReplaceAll(said(outcomes)[1], file, "FILE")
			if diff := cmp.Diff(row.said, got); diff != "" {
				w.Error(diff)
			}
			log := w.writes()
			if posts, puts := count(log, `POST tokens {"name":"ci"`), count(log, "PUT tokens"); posts != row.posts || puts != row.puts {
				w.Errorf("got %d creations of tokens and %d writes of access lists: %q", posts, puts, log)
			}
			w.checkOthers(outcomes)
			w.checkKept(row.kept, file)
		})
	}
}

// planAround plans a token between other steps: before it the creation of a squad, after it the update of a token and the deletion of
// a squad.
func (w *world) planAround(ci resource.Object) *plan.Plan {
	w.Helper()
	if ci.Key == "" {
		ci = token("ci", list("10.0.0.0/8"))
	}
	w.squads[acme] = []resource.Fields{{"id": w.newID(), "name": "Old", "purpose": "none"}}
	w.tokens[acme] = []resource.Fields{{"id": w.newID(), "name": "web", "roles": list("ORG_MEMBER"), "squads": list()}}
	p := w.plan(resource.State{"squads": {squad("New", "search")}, "tokens": {ci, token("web", nil)}})
	if diff := cmp.Diff([]string{"+ squads/New", "+ tokens/ci", "~ tokens/web", "- squads/Old"}, lines(p)); diff != "" {
		w.Fatal(diff)
	}
	w.requests()
	return p
}

// checkOthers checks that a failed step did not stop the other steps.
func (w *world) checkOthers(outcomes []apply.Outcome) {
	w.Helper()
	for i, o := range outcomes {
		if i != 1 && o.Verdict != apply.Applied {
			w.Errorf("got %q", said(outcomes)[i])
		}
	}
}

// checkKept checks that the secret is in the file, or that there is no file.
func (w *world) checkKept(want bool, file string) {
	w.Helper()
	if kept := w.kept(); strings.Contains(kept, "mdb_sa_sk_1\n") != want || !want && kept != "" {
		w.Errorf("%s has\n%s", filepath.Base(file), kept)
	}
}

// TestPartlyDone: after a failed step that is partly done, the result has what Atlas shows now. AsBefore is true only if reading showed that
// nothing changed.
func TestPartlyDone(t *testing.T) {
	both := token("web", list("10.0.0.0/8"))
	ci := token("ci", list("10.0.0.0/8"))
	down := says(http.StatusServiceUnavailable, "")
	for _, row := range []struct {
		reason   string
		want     resource.State
		meet     func(*world)
		found    resource.Fields
		asBefore bool
	}{
		{"an update whose second request is rejected", resource.State{"tokens": {both}},
			func(w *world) { w.before = nth(1, "PUT", refused) }, resource.Fields{"roles": list("ORG_READ_ONLY"), "accessList": list()}, false},
		{"an update whose first request is rejected", resource.State{"tokens": {both}},
			func(w *world) { w.before = nth(1, "PATCH", refused) }, nil, true},
		{"an update after which the object cannot be read", resource.State{"tokens": {both}},
			func(w *world) { w.before, w.after = nth(2, "GET tokens", refused), nth(1, "PATCH", lost) }, nil, false},
		{"a creation whose second request is rejected", resource.State{"tokens": {token("web", nil), ci}},
			func(w *world) { w.before = nth(1, "PUT", refused) }, resource.Fields{"roles": list("ORG_READ_ONLY"), "accessList": list()}, false},
		{"a creation whose first request is rejected", resource.State{"tokens": {token("web", nil), ci}},
			func(w *world) { w.before = nth(1, "POST", refused) }, nil, true},
		{"a creation whose result is unknown", resource.State{"tokens": {token("web", nil), ci}},
			func(w *world) { w.before = nth(1, "POST", down) }, nil, false},
		{"a deletion that is rejected", resource.State{"tokens": {}},
			func(w *world) { w.before = nth(1, "DELETE", refused) }, nil, true},
	} {
		bubble(t, row.reason, func(w *world) {
			w.tokens[acme] = []resource.Fields{{"id": w.newID(), "name": "web", "roles": list("ORG_MEMBER"), "squads": list()}}
			p := w.plan(row.want)
			p.Orgs[0].Steps = p.Orgs[0].Steps[:1]
			row.meet(w)
			o := w.apply(p, "credentials.env")[0]
			if o.Verdict != apply.Failed || o.AsBefore != row.asBefore {
				w.Errorf("got %+v", o)
			}
			found := resource.Fields{}
			if o.Found != nil {
				found = o.Found.Fields
			}
			if diff := cmp.Diff(row.found, found, cmpopts.EquateEmpty()); diff != "" {
				w.Error(diff)
			}
		})
	}
}

// TestCannotFinish: an object that was created in part is left alone if the kind cannot complete it.
func TestCannotFinish(t *testing.T) {
	bubble(t, "", func(w *world) {
		update := tokens.Update
		w.Cleanup(func() { tokens.Update = update })
		p := w.plan(resource.State{"tokens": {token("ci", list("10.0.0.0/8"))}})
		w.tokens[acme] = []resource.Fields{{"id": w.newID(), "name": "ci", "roles": list("ORG_READ_ONLY"), "squads": list()}}
		tokens.Update = nil
		if got := w.apply(p, "credentials.env")[0]; got.Verdict != apply.Conflict || len(w.writes()) > 0 {
			w.Errorf("got %+v", got)
		}
	})
}

// firstN returns a function that gives the answer to the first n requests with this prefix.
func firstN(n int, prefix string, a answer) func(string) answer {
	return func(request string) answer {
		if !strings.HasPrefix(request, prefix) || n == 0 {
			return nil
		}
		n--
		return a
	}
}

// TestNotRecorded: the step fails if its credential cannot be recorded.
func TestNotRecorded(t *testing.T) {
	const full = "--credentials-out FILE cannot be written: no space left on device"
	bubble(t, "the disk is full when the secret arrives, and no other one is requested", func(w *world) {
		p := w.planAround(resource.Object{})
		p.Orgs[0].Steps = append(p.Orgs[0].Steps[:2:2], append([]plan.Step{second(p)}, p.Orgs[0].Steps[2:]...)...)
		outcomes := process{world: w, plan: p, credentials: "credentials.env", reserve: func(name string, size int64) (creation.Reserved, error) {
			file, err := reserve(name, size)
			return &fullFile{Reserved: file, room: 1}, err
		}}.run()
		got := strings.ReplaceAll(strings.Join(said(outcomes), "\n"), w.dir+"/credentials.env", "FILE")
		want := strings.Join([]string{
			"applied + squads/New",
			"failed + tokens/ci: it was created, but its credential is lost: " + full + lostForOne,
			"failed + tokens/docs: " + full,
			"applied ~ tokens/web",
			"applied - squads/Old",
		}, "\n")
		if diff := cmp.Diff(want, got); diff != "" {
			w.Error(diff)
		}
		if log := w.writes(); count(log, "POST tokens") != 1 || count(log, "PUT") > 0 {
			w.Errorf("got %q", log)
		}
	})
	bubble(t, "no recorder, so nothing is created", func(w *world) {
		outcomes := process{world: w, plan: w.planAround(resource.Object{})}.runWith(nil)
		if got, want := said(outcomes)[1], "failed + tokens/ci: no file was given for the new credential"; got != want {
			w.Errorf("got %q, want %q", got, want)
		}
		if log := w.writes(); count(log, "POST tokens") > 0 || outcomes[1].Tries != 0 {
			w.Errorf("got %q, %d tries", log, outcomes[1].Tries)
		}
		w.checkOthers(outcomes)
	})
}

// second returns a copy of the step for the token, for another token.
func second(p *plan.Plan) plan.Step {
	step := p.Orgs[0].Steps[1]
	step.Key = "docs"
	return step
}

// fullFile is a file with room for a number of texts.
type fullFile struct {
	creation.Reserved
	room int
}

func (f *fullFile) Append(text string) error {
	if f.room--; f.room < 0 {
		return syscall.ENOSPC
	}
	return f.Reserved.Append(text)
}

// TestUnexpectedCredential: if a kind does not expect a credential that Atlas hands out, the step fails and says that it is lost.
func TestUnexpectedCredential(t *testing.T) {
	for _, row := range []struct {
		reason   string
		recorder bool
		answer   answer // to the creation
		said     string
	}{
		{"no room is reserved", true, nil, "it was not requested, so no room was reserved for it"},
		{"no recorder", false, nil, "no file was given for the new credential"},
		{"the answer is incomplete, too", true, says(http.StatusCreated, `{"secret":"mdb_sa_sk_1"}`),
			"it was not requested, so no room was reserved for it"},
	} {
		bubble(t, row.reason, func(w *world) {
			handsOut := tokens.HandsOut
			tokens.HandsOut = nil
			w.Cleanup(func() { tokens.HandsOut = handsOut })
			run := process{world: w, plan: w.planAround(resource.Object{}), credentials: "credentials.env", reserve: reserve}
			w.after = nth(1, "POST tokens", row.answer)
			var outcomes []apply.Outcome
			if row.recorder {
				outcomes = run.run()
			} else {
				outcomes = run.runWith(nil)
			}
			want := "failed + tokens/ci: it was created, but its credential is lost: " + row.said + lostForOne
			if got := said(outcomes)[1]; got != want {
				w.Errorf("got %q, want %q", got, want)
			}
			if log := w.writes(); count(log, "POST tokens") != 1 || count(log, "PUT") > 0 || w.kept() != "" {
				w.Errorf("got %q, and the file %q", log, w.kept())
			}
			w.checkOthers(outcomes)
		})
	}
}

// calls is a recorder that logs its calls.
type calls struct {
	asked []string
	err   error
}

func (c *calls) Begin(_ plan.Org, s plan.Step) error {
	c.asked = append(c.asked, "begin "+s.Address())
	return nil
}

func (c *calls) Abort(_ plan.Org, s plan.Step) error {
	c.asked = append(c.asked, "abort "+s.Address())
	return c.err
}

func (c *calls) LockFile(plan.Org) string { return "" }

func (c *calls) Commit(_ plan.Org, s plan.Step, made resource.Created) (apply.Recorded, error) {
	c.asked = append(c.asked, "commit "+s.Address())
	return apply.Recorded{}, nil
}

// TestRecorderCalls: Abort is called if, and only if, nothing was certainly created.
func TestRecorderCalls(t *testing.T) {
	busy := says(http.StatusTooManyRequests, `{"error":429,"errorCode":"RATE_LIMITED","detail":"No"}`)
	for _, row := range []struct {
		reason        string
		before, after answer
		err           error // of Abort
		want          []string
		said          string
	}{
		{"no fault", nil, nil, nil, []string{"begin tokens/ci", "commit tokens/ci"}, "applied + tokens/ci"},
		{"the rate limit is exceeded once", busy, nil, nil, []string{"begin tokens/ci", "abort tokens/ci", "begin tokens/ci", "commit tokens/ci"}, "applied + tokens/ci"},
		{"Atlas rejects the request", refused, nil, nil, []string{"begin tokens/ci", "abort tokens/ci"}, "failed + tokens/ci: " + path + "400 NO: No"},
		{"Atlas rejects the request, and Abort fails", refused, nil, errors.New("the disk is gone"), []string{"begin tokens/ci", "abort tokens/ci"},
			"failed + tokens/ci: " + path + "400 NO: No the disk is gone"},
		{"the result is unknown", lost, nil, nil, []string{"begin tokens/ci"}, "failed + tokens/ci: " + path + "the answer was cut off: unexpected EOF" + lostIfMade},
		{"the answer has no secret", nil, says(http.StatusCreated, `{"id":"000000000000000000000005","name":"ci","roles":[]}`), nil, []string{"begin tokens/ci"},
			"failed + tokens/ci: it was created, but Atlas handed out no credential for it" + lostForOne},
	} {
		bubble(t, row.reason, func(w *world) {
			p := w.planAround(resource.Object{})
			w.before, w.after = nth(1, "POST tokens", row.before), nth(1, "POST tokens", row.after)
			c := &calls{err: row.err}
			outcomes := process{world: w, plan: p}.runWith(c)
			if diff := cmp.Diff(row.want, c.asked); diff != "" {
				w.Error(diff)
			}
			if got := said(outcomes)[1]; got != row.said {
				w.Errorf("got %q, want %q", got, row.said)
			}
		})
	}
}

// TestEndedRun: if the run ends before the last check, the report still says where a credential is.
func TestEndedRun(t *testing.T) {
	bubble(t, "", func(w *world) {
		p := w.planAround(resource.Object{})
		ctx, cancel := context.WithCancelCause(w.Context())
		w.after = func(request string) answer {
			if strings.HasPrefix(request, "PATCH tokens") {
				cancel(errors.New("the time is over"))
			}
			return nil
		}
		account := w.account()
		runner := apply.Runner{Account: func(plan.Org) *resource.Account { return account }, Parallel: 1, Recorder: &noted{}}
		want := []string{
			"applied + squads/New: not checked afterwards: the time is over",
			"applied + tokens/ci: it is kept",
			"applied ~ tokens/web: not checked afterwards: the time is over",
		}
		got := said(runner.Run(ctx, p)[0].Outcomes)
		if diff := cmp.Diff(want, got[:3]); diff != "" {
			w.Error(diff)
		}
		if last := []string{"applied - squads/Old", "skipped - squads/Old: the time is over"}; !slices.Contains(last, got[3]) { // it may have begun
			w.Errorf("the last step: %s", got[3])
		}
	})
}

// noted is a recorder that returns a note.
type noted struct{ calls }

func (*noted) Commit(plan.Org, plan.Step, resource.Created) (apply.Recorded, error) {
	return apply.Recorded{Note: "it is kept"}, nil
}
