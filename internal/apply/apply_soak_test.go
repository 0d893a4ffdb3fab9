package apply_test

import (
	"errors"
	"flag"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
)

var soakSeeds = flag.Uint64("soak", 0, "how many seeds TestSoak tries; 0 means 100, or 5 with the race detector or -short")

// roundsOfSeed is how many random edits a seed of TestSoak makes to one sandbox.
const roundsOfSeed = 20

// TestSoak makes 2,000 random edits to trees. After each edit it plans and applies while requests fail, runs are interrupted or killed,
// two runs do the same, and people change Atlas. Then it applies without faults and plans again. No change may get lost or be made twice,
// and nothing may change that the plan does not mention. Each seed has a sandbox of its own, with up to three organizations, and makes
// 20 edits to it. All waits are on a fake clock. The race detector and -short get a part of the seeds.
func TestSoak(t *testing.T) {
	seeds, isWhole := uint64(100), !isRace && !testing.Short() && *soakSeeds == 0
	switch {
	case *soakSeeds > 0:
		seeds = *soakSeeds
	case !isWhole:
		seeds = 5
	}
	found := &tally{n: map[string]int{}}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a third faster; the test needs little memory
	t.Run("seed", func(t *testing.T) {
		for seed := range seeds {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := newSoak(t, seed, found)
					for s.round = 1; s.round <= roundsOfSeed && !t.Failed(); s.round++ {
						s.play()
					}
				})
			})
		}
	})
	if isWhole && !t.Failed() {
		checkSoak(t, found.n)
	}
	t.Log(found.n)
}

// checkSoak checks that the seeds reached everything that they are for.
func checkSoak(t *testing.T, found map[string]int) {
	t.Helper()
	want := []string{"accept", "reject", "expire", "all expire", "changed by hand", "plan with faults", "interrupted", "killed", "killed after the effect",
		"two runs", "ignored write", "blind filter", "the same plan again", "changed meanwhile", "owner waits", "eight steps at once", "in step with Atlas at once"}
	for _, v := range []apply.Verdict{apply.Applied, apply.Unchanged, apply.Conflict, apply.Failed, apply.Skipped} {
		want = append(want, string(v))
	}
	for _, kind := range sandbox.FaultKinds() {
		want = append(want, "fault "+kind)
	}
	for _, k := range resource.Kinds {
		for _, op := range []plan.Op{plan.Create, plan.Update, plan.Delete} {
			if k.Can(string(op)) && (k != resource.Organization || op == plan.Update) {
				want = append(want, fmt.Sprintf("%s %s", op, k.Name))
			}
		}
	}
	for _, what := range want {
		if found[what] < 10 {
			t.Errorf("%s: only %d times in %v", what, found[what], found)
		}
	}
	if refused := found["refused by Atlas"]; refused > 100 {
		t.Errorf("Atlas refused %d steps of the generated trees", refused)
	}
}

// tally counts what happens. Several goroutines use it.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *tally) add(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[what]++
}

// soak is a sandbox, and a tree of its organizations.
type soak struct {
	*testing.T
	*gardener
	seed   uint64
	round  int
	runs   uint64 // so far
	server *sandbox.Server
	docs   []resource.Fields
	found  *tally

	seen   sight // by the last look
	wanted struct {
		text string // of the documents
		all  []resource.Desired
	}
	what []string // what happened in this round, for the report of a failure
}

// fail reports a broken law, and how to try it again.
func (s *soak) fail(law string, args ...any) {
	s.Helper()
	s.Errorf("seed %d, round %d: %s\nTry again: go test ./internal/apply -count=5 -run '^TestSoak$/^seed$/^%[1]d$' -soak %[4]d\n%[5]s", s.seed, s.round,
		fmt.Sprintf(law, args...), s.seed+1, strings.Join(s.what, "\n"))
}

// note records what happens, for the report of a failure.
func (s *soak) note(format string, args ...any) {
	s.what = append(s.what, fmt.Sprintf(format, args...))
}

// happens is true one time in n. It counts what.
func (s *soak) happens(n int, what string) bool {
	if s.IntN(n) > 0 {
		return false
	}
	s.found.add(what)
	s.note("%s", what)
	return true
}

// play makes one edit, and brings Atlas in step with it.
func (s *soak) play() {
	s.what = nil
	s.rest()
	s.docs = s.edited(s.docs, 1+s.IntN(8))
	p := s.planWithFaults()
	s.meddle()
	s.try(p, s.disturbed())
	if !s.Failed() && s.happens(3, "the same plan again") {
		s.try(p, trial{})
	}
	s.settle()
}

// rest lets some time pass, so that limits are free again, or not.
func (s *soak) rest() {
	switch s.IntN(8) {
	case 0:
	case 1:
		time.Sleep(time.Duration(s.IntN(120)) * time.Second)
	default:
		time.Sleep(2 * time.Hour)
	}
}

// meddle lets people change Atlas between a plan and its apply.
func (s *soak) meddle() {
	for range 3 {
		if s.happens(8, "changed by hand") {
			theirs := s.edited(s.docs, 1+s.IntN(3))
			s.apply(s.planOf(theirs))
		}
		s.meddleWithInvitations(3)
	}
	if s.happens(20, "all expire") {
		time.Sleep(31 * 24 * time.Hour)
		s.seen = sight{}
	}
}

// meddleWithInvitations lets some people answer an invitation. It returns who did.
func (s *soak) meddleWithInvitations(n int) (who []string) {
	for _, o := range s.fleet().Orgs {
		for _, u := range o.Users {
			if u.Status != "PENDING" || s.IntN(4) > 0 {
				continue
			}
			does := []string{"accept", "accept", "reject", "expire"}[s.IntN(4)]
			if s.happens(n, does) && s.answers(does, o.ID, u.Username) {
				s.note("%s %s", o.ID, u.Username)
				who = append(who, o.ID+u.Username)
			}
		}
	}
	return who
}

// apply carries out a plan without faults, as somebody else.
func (s *soak) apply(p *plan.Plan) []apply.Result {
	return s.newProcess(trial{}).run(p)
}

func (s *soak) planOf(docs []resource.Fields) *plan.Plan {
	s.Helper()
	orgs, errs := s.newProcess(trial{}).plan(docs)
	if err := errors.Join(errs...); err != nil {
		s.fail("the tree cannot be planned: %v", err)
	}
	return plan.New(orgs)
}

// planWithFaults plans the tree. Sometimes requests fail: then each organization has the same plan, or an error.
func (s *soak) planWithFaults() *plan.Plan {
	p := s.planOf(s.docs)
	if s.IntN(4) > 0 {
		return p
	}
	s.found.add("plan with faults")
	s.inject(1 + s.IntN(3))
	orgs, errs := s.newProcess(trial{}).plan(s.docs)
	s.clearFaults()
	for i, org := range orgs {
		if got, want := digestOf(org), digestOf(p.Orgs[indexOf(p, org.ID)]); errs[i] == nil && got != want {
			s.fail("a plan with faults has no error, and is another one: %+v", org)
		}
	}
	return p
}

func digestOf(org plan.Org) string { return plan.New([]plan.Org{org}).Digest }

func indexOf(p *plan.Plan, id string) int {
	for i, org := range p.Orgs {
		if org.ID == id {
			return i
		}
	}
	return -1
}

// settle applies the tree without faults, and checks that nothing is left to do then but what Atlas prevents. Then everybody accepts
// their invitations, so that an owner who had to stay can go.
func (s *soak) settle() {
	s.clearFaults()
	left := s.applyAll()
	if len(left) == 0 {
		s.found.add("in step with Atlas at once")
		return
	}
	for _, o := range left {
		if o.Verdict == apply.Failed {
			s.found.add("refused by Atlas")
			s.giveUp(o)
		} else {
			s.found.add("owner waits")
		}
	}
	accepted := 0
	for _, o := range s.fleet().Orgs {
		for _, u := range o.Users {
			if u.Status == "PENDING" && u.Invitation.ExpiresAt.After(time.Now()) {
				if s.answers("accept", o.ID, u.Username) {
					accepted++
				}
			}
		}
	}
	for _, o := range s.applyAll() {
		if accepted == 0 || o.Verdict == apply.Skipped {
			s.found.add("owner waits for ever")
		} else {
			s.fail("Atlas refuses %s again: %v", o.Step.Line(), o.Err)
		}
	}
}

// leftover is a step that a run without faults could not do.
type leftover struct {
	org string
	apply.Outcome
}

// applyAll plans and applies the tree without faults, and plans it again. It returns why steps of the second plan are left.
func (s *soak) applyAll() (left []leftover) {
	if s.Failed() {
		return nil
	}
	p := s.planOf(s.docs)
	if p.Steps() == 0 {
		return nil
	}
	results := s.try(p, trial{})[0]
	again := s.planOf(s.docs)
	for i, org := range again.Orgs {
		for _, step := range org.Steps {
			o := outcomeOf(results[i], step)
			if o == nil || !s.isPrevented(org, results[i], *o) {
				s.note("second plan: %+v", org.Steps)
				s.fail("the tree is applied without faults, and the next plan of %s still has %s; its outcome was %+v", org.ID, step.Line(), o)
				return nil
			}
			left = append(left, leftover{org.ID, *o})
		}
	}
	return left
}

// isPrevented reports whether Atlas does not allow a step, and the run said so: it would take the last owner, or Atlas does not accept
// the value. A step that comes last waits for all others.
func (s *soak) isPrevented(org plan.Org, r apply.Result, o apply.Outcome) bool {
	switch {
	case o.Verdict == apply.Skipped && o.Step.IsDeferred():
		return slices.ContainsFunc(r.Outcomes, func(other apply.Outcome) bool { return !other.Good() && !other.Step.IsDeferred() })
	case o.Verdict == apply.Skipped:
		return o.Reason == "no other active ORG_OWNER would remain; apply again when another person is an active ORG_OWNER" && s.isLastOwner(org.ID, o.Step.Key)
	}
	return o.Verdict == apply.Failed && isRefusal(o.Err)
}

// isLastOwner reports whether a person is the only active owner.
func (s *soak) isLastOwner(id, key string) bool {
	var owners []string
	for _, o := range s.fleet().Orgs {
		for _, u := range o.Users {
			if o.ID == id && u.Owns() {
				owners = append(owners, resource.NormalizeEmail(u.Username))
			}
		}
	}
	return slices.Equal(owners, []string{key})
}

func outcomeOf(r apply.Result, s plan.Step) *apply.Outcome {
	for i, o := range r.Outcomes {
		if o.Step.Line() == s.Line() && sameFields(o.Step, s) {
			return &r.Outcomes[i]
		}
	}
	return nil
}

func sameFields(a, b plan.Step) bool {
	for field := range b.After {
		if _, has := a.After[field]; !has {
			return false
		}
	}
	return true
}

// try carries out a plan and checks the laws. It returns the results of the run, or of both runs; nil for a run that was killed.
func (s *soak) try(p *plan.Plan, how trial) (all [][]apply.Result) {
	s.runs++
	before, sequence := s.look(), s.lastEntry()
	how.known = before.people()
	runs := []*process{s.newProcess(how)}
	if how.twice {
		runs = append(runs, s.newProcess(how))
	}
	var group sync.WaitGroup
	all = make([][]apply.Result, len(runs))
	for i, run := range runs {
		group.Go(func() { all[i] = run.run(p) })
	}
	if how.meanwhile {
		time.Sleep(time.Duration(s.IntN(1000)) * time.Millisecond)
		how.met = s.meddleWithInvitations(1)
		how.meanwhile = len(how.met) > 0
	}
	group.Wait()
	s.clearFaults()
	l := laws{soak: s, plan: p, how: how, runs: runs, before: before, after: s.look(), log: s.entriesAfter(sequence), results: all}
	l.check()
	return all
}

// disturbed returns a random choice of what goes wrong during a run, and injects its faults.
func (s *soak) disturbed() (how trial) {
	if n := s.IntN(4); n > 0 {
		s.inject(n)
	}
	switch s.IntN(8) {
	case 0:
		how.twice = true
		s.found.add("two runs")
	case 1, 2:
		how.interruptAt = 1 + s.IntN(60)
	case 3:
		how.killAt, how.afterEffect = 1+s.IntN(40), s.Chance()
	case 4:
		how.meanwhile = true
		s.found.add("changed meanwhile")
	}
	if s.IntN(8) == 0 {
		how.ignoreAt = 1 + s.IntN(20)
	}
	if how.isBlind = s.IntN(4) == 0; how.isBlind {
		s.found.add("blind filter")
	}
	s.note("the run: %+v", how) // before it has the long list of people
	return how
}

// trial is what goes wrong during a run, besides the faults of the sandbox.
type trial struct {
	twice               bool            // another run does the same at the same time
	interruptAt, killAt int             // the number of a request; 0 for never
	afterEffect         bool            // the process is killed after the request had its effect
	meanwhile           bool            // people answer invitations during the run
	met                 []string        // who did
	ignoreAt            int             // Atlas accepts the first write from this request on, and ignores it; 0 for none
	known               map[string]bool // the organizations and usernames of people who were there before the run
	isBlind             bool            // Atlas does not find people by their username who were there before the run
}

// inject adds random faults.
func (s *soak) inject(n int) {
	for range n {
		kinds := sandbox.FaultKinds()
		f := sandbox.Fault{Kind: kinds[s.IntN(len(kinds))], Method: s.oneOf("", "", "GET", "POST", "PATCH", "DELETE"),
			Path: s.oneOf("", "", "", "/api/atlas/v2/orgs/*/*", "/api/atlas/v2/orgs/*/*/*", "/api/oauth/token"), After: s.IntN(1 << s.IntN(6))}
		switch s.IntN(8) {
		case 0:
			f.Times = -1
		case 1, 2:
			f.Times = 1 + s.IntN(8)
		}
		s.note("fault: %+v", f)
		if err := s.server.Inject(f); err != nil {
			s.fail("%v", err)
		}
	}
}
