package apply_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
)

// laws checks a run, or two runs of the same plan at the same time.
type laws struct {
	*soak
	plan          *plan.Plan
	how           trial
	runs          []*process
	before, after sight
	log           []sandbox.Entry
	results       [][]apply.Result // by run; nil for one that was killed
}

// sight is everything that the organizations have.
type sight struct {
	text  string                    // of the fleet
	orgs  map[string]resource.State // by id
	fleet *sandbox.Fleet
}

// look reads all organizations, from a copy of the sandbox.
func (s *soak) look() sight {
	s.Helper()
	text := s.fleetText()
	if text == s.seen.text {
		return s.seen
	}
	seen := sight{text, map[string]resource.State{}, s.fleet()}
	copied, all := sandbox.New(seen.fleet), resource.State{}
	for _, k := range resource.Kinds {
		all[k.Name] = nil
	}
	for _, o := range seen.fleet.Orgs {
		granted := copied.Grant(s.credentialsOf(o.ID), o.ID)
		api, err := client.New(client.Config{BaseURL: "https://atlas.example", Transport: copied, Credential: client.NewCredential(granted.PublicKey, granted.PrivateKey)})
		if err == nil {
			seen.orgs[o.ID], _, err = resource.Read(context.Background(), resource.PlanSession(api), o.ID, all)
		}
		if err != nil {
			s.Fatal(err)
		}
	}
	s.seen = seen
	return seen
}

func (s *soak) credentialsOf(id string) string {
	i := slices.IndexFunc(s.docs, func(doc resource.Fields) bool { return doc["id"] == id })
	return s.docs[i]["credentials"].(string)
}

func (s *soak) lastEntry() int {
	if log := s.server.Log(); len(log) > 0 {
		return log[len(log)-1].Sequence
	}
	return 0
}

func (s *soak) entriesAfter(sequence int) []sandbox.Entry {
	log := s.server.Log()
	at := slices.IndexFunc(log, func(e sandbox.Entry) bool { return e.Sequence > sequence })
	if at < 0 {
		return nil
	}
	return log[at:]
}

func (l *laws) fail(law string, args ...any) {
	l.Helper()
	if l.Failed() {
		return // the first broken law says most
	}
	for _, org := range l.plan.Orgs {
		for _, step := range org.Steps {
			l.note("step: %s %s before %v after %v", org.ID, step.Line(), step.Before, step.After)
		}
	}
	for _, e := range l.log {
		l.note("%d %s %s?%s %s %d %s %d", e.Sequence, e.Method, e.Path, e.Query, e.Body, e.Status, e.Fault, e.Effect)
	}
	l.soak.fail(law, args...)
}

// check checks all laws.
func (l *laws) check() {
	l.Helper()
	for _, e := range l.log {
		if e.Fault != "" {
			l.found.add("fault " + e.Fault)
		}
	}
	for i, results := range l.results {
		if results != nil {
			l.checkResults(l.runs[i], results)
		}
		l.checkWidth(l.runs[i])
	}
	l.checkNotTwice()
	l.checkNotRefused()
	l.checkOrder()
	for i, org := range l.plan.Orgs {
		l.checkOrg(i, org)
	}
	for i, o := range l.after.fleet.Orgs {
		if was := l.before.fleet.Orgs[i]; !slices.ContainsFunc(o.Users, (*sandbox.User).Owns) {
			l.fail("%s has no active owner", o.ID)
		} else if asJSON([]any{o.ID, o.Teams, o.Projects}) != asJSON([]any{was.ID, was.Teams, was.Projects}) {
			l.fail("%s has other teams or projects", o.ID)
		}
	}
}

// checkResults: each step has one outcome, with its reason, and StepEnded was called with it.
func (l *laws) checkResults(run *process, results []apply.Result) {
	for i, org := range l.plan.Orgs {
		if len(results[i].Outcomes) != len(org.Steps) {
			l.fail("%d steps have %d outcomes", len(org.Steps), len(results[i].Outcomes))
			return
		}
		for j, o := range results[i].Outcomes {
			call := callOf(org, o)
			l.found.add(string(o.Verdict))
			l.found.add(fmt.Sprintf("%s %s", o.Step.Op, o.Step.Kind))
			switch isFailed := o.Verdict == apply.Failed; {
			case o.Step.Line() != org.Steps[j].Line() || !slices.Contains(apply.Verdicts(), o.Verdict):
				l.fail("the outcome of %s is %+v", org.Steps[j].Line(), o)
			case isFailed != (o.Err != nil), !o.Good() && !isFailed && o.Reason == "":
				l.fail("the outcome has no reason: %+v", o)
			case run.calls[call] == 0 || run.last[call] != o.Verdict:
				l.fail("%s is %s, and StepEnded was called %d times, at last with %q", o.Step.Line(), o.Verdict, run.calls[call], run.last[call])
			}
		}
	}
	if want := l.plan.Steps(); len(run.calls) != want {
		l.fail("StepEnded was called for %d steps of %d", len(run.calls), want)
	}
}

// checkWidth: no step begins after an interrupt, and requests of at most eight steps of an organization are in flight. Steps that waited for a limit may go on besides these.
func (l *laws) checkWidth(run *process) {
	if len(run.late) > 0 {
		l.fail("steps began after the interrupt: %q", run.late)
	}
	if run.most == 8 {
		l.found.add("eight steps at once")
	}
	if limit := 8; run.most > limit && !run.waited || run.most > 2*limit {
		l.fail("requests of %d steps of an organization were in flight", run.most)
	}
}

// isWrite reports whether a request changes an organization.
func isWrite(method, path string) bool {
	return method != http.MethodGet && strings.HasPrefix(path, "/api/atlas/")
}

// checkNotTwice: no write was carried out twice. Of two runs, the second one may repeat a change, but not a creation.
func (l *laws) checkNotTwice() {
	done := map[string]int{}
	for _, e := range l.log {
		if isWrite(e.Method, e.Path) && e.Done()/100 == 2 && (!l.how.twice || e.Method == http.MethodPost) {
			write := fmt.Sprintf("%s %s %s", e.Method, e.Path, e.Body)
			if done[write]++; done[write] > 1 && !l.how.meanwhile {
				l.fail("this was done twice: %s", write)
			}
		}
	}
}

// checkNotRefused: one run alone sends no write that the state of the organization forbids: it looks first. Such a write would also be
// one that was repeated.
func (l *laws) checkNotRefused() {
	if l.how.twice || l.how.meanwhile {
		return
	}
	for _, e := range l.log {
		if isWrite(e.Method, e.Path) && slices.Contains([]int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}, e.Done()) {
			l.fail("the sandbox had to refuse %s %s %s: %d", e.Method, e.Path, e.Body, e.Done())
		}
	}
}

// checkOrg checks what became of the objects of an organization.
func (l *laws) checkOrg(i int, org plan.Org) {
	touched := l.touched(i, org)
	was, is := l.before.orgs[org.ID], l.after.orgs[org.ID]
	for _, k := range resource.Kinds {
		for key := range keysOf(was[k.Name], is[k.Name]) {
			fields := touched[aboutOf(k, key)]
			if l.isMet(org, key) || fields["*"] {
				continue
			}
			if got, want := without(is.Find(k.Name, key), fields), without(was.Find(k.Name, key), fields); got != want {
				l.fail("%s %s/%s changed, and no step did that: it was %s, and is %s", org.ID, k.Name, key, want, got)
			}
		}
	}
	for j, step := range org.Steps {
		if !l.isMet(org, step.Key) {
			l.checkStep(i, j, step)
		}
	}
}

// isMet reports whether a person answered an invitation during the run.
func (l *laws) isMet(org plan.Org, key string) bool { return slices.Contains(l.how.met, org.ID+key) }

// about is an object. A person is the same one in all kinds.
type about struct{ kind, key string }

func aboutOf(k *resource.Kind, key string) about {
	if k.IsPeople() {
		return about{"people", key}
	}
	return about{k.Name, key}
}

// touched returns the fields that steps may have written, by object; * means all.
func (l *laws) touched(i int, org plan.Org) map[about]map[string]bool {
	all := map[about]map[string]bool{}
	for j, step := range org.Steps {
		object := aboutOf(resource.ByName(step.Kind), step.Key)
		if all[object] == nil {
			all[object] = map[string]bool{}
		}
		if !slices.ContainsFunc(l.results, func(results []apply.Result) bool { return results == nil || mayHaveWritten(results[i].Outcomes[j]) }) {
			continue
		}
		if step.Op != plan.Update {
			all[object]["*"] = true
		}
		for field := range step.After {
			all[object][field] = true
		}
	}
	return all
}

func mayHaveWritten(o apply.Outcome) bool {
	return o.Verdict == apply.Applied || o.Verdict == apply.Failed && !o.AsBefore
}

func keysOf(lists ...[]resource.Object) map[string]bool {
	keys := map[string]bool{}
	for _, o := range slices.Concat(lists...) {
		keys[o.Key] = true
	}
	return keys
}

// without returns an object as text, without some fields.
func without(o *resource.Object, fields map[string]bool) string {
	if o == nil {
		return "gone"
	}
	rest, _ := plain.Canonical(o.Fields).(resource.Fields)
	rest = maps.Clone(rest)
	maps.DeleteFunc(rest, func(field string, _ any) bool { return fields[field] })
	return asJSON(rest)
}

// checkStep: a change that the plan did not see is not overwritten, and each outcome says what became of the object.
func (l *laws) checkStep(i, j int, step plan.Step) {
	org := l.plan.Orgs[i]
	if !isAlone(org.Steps, step) {
		return // other steps change the same fields
	}
	c := change{step: step, was: step.Readiness(l.before.orgs[org.ID].Find(step.Kind, step.Key)), is: step.Readiness(l.after.orgs[org.ID].Find(step.Kind, step.Key)),
		before: l.before.textOf(org.ID, step), after: l.after.textOf(org.ID, step)}
	switch {
	case c.was != plan.Conflict && c.is == plan.Conflict:
		l.fail("%s left the object neither as planned nor as wanted: %s", step.Line(), c.after)
	case c.was == plan.Conflict && c.before != c.after:
		l.fail("%s overwrote a change that the plan did not see: %s became %s", step.Line(), c.before, c.after)
	}
	for n, results := range l.results {
		if results == nil {
			continue
		}
		o := results[i].Outcomes[j]
		l.checkWrote(l.runs[n], org, o)
		l.checkGood(c, o)
		l.checkBad(c, o, !o.Good() && l.isPrevented(org, results[i], o))
	}
}

// change is the object of a step before and after the run.
type change struct {
	step          plan.Step
	was, is       plan.Readiness
	before, after string // its fields that the step is about
}

// checkGood: if an outcome is good, the object is as wanted, and the run wrote only what was not.
func (l *laws) checkGood(c change, o apply.Outcome) {
	mayInvite := c.step.Op != plan.Create || c.step.ReinviteReason == plan.AfterRejection
	switch {
	case !o.Good():
	case !mayInvite && strings.Contains(c.before, "INVITATION_REJECTED"):
		l.fail("%s is %s, although the person rejected an invitation after the plan", c.step.Line(), o.Verdict)
	case c.is != plan.Done && !isUnchecked(o):
		l.fail("lost: %s is %s, and the object is not as wanted: %s", c.step.Line(), o.Verdict, c.after)
	case c.was == plan.Conflict:
		l.fail("%s is %s, although the object was changed after the plan", c.step.Line(), o.Verdict)
	case o.Verdict == apply.Applied && c.was == plan.Done && !l.how.twice:
		l.fail("%s is applied, although there was nothing to do", c.step.Line())
	}
}

// checkBad: if an outcome says that the step changed nothing, it did not. Without faults, only Atlas prevents a step.
func (l *laws) checkBad(c change, o apply.Outcome, isPrevented bool) {
	switch {
	case o.Good():
	case o.AsBefore && !l.how.twice && c.before != c.after:
		l.fail("%s says that it changed nothing: %s became %s", c.step.Line(), c.before, c.after)
	case l.isCalm() && c.was != plan.Conflict && !isPrevented:
		l.fail("without faults, %s is %s: %s %v", c.step.Line(), o.Verdict, o.Reason, o.Err)
	}
}

// isUnchecked reports whether an outcome says that the object was not read again after the write.
func isUnchecked(o apply.Outcome) bool { return strings.Contains(o.Reason, "not checked afterwards: ") }

// checkWrote: a step is applied only if the run wrote, and unchanged or skipped only if it did not. After an interrupt it fails only if
// the run wrote.
func (l *laws) checkWrote(run *process, org plan.Org, o apply.Outcome) {
	if l.how.twice || run.ignored || hasTwin(org, o.Step) {
		return // the write was not recorded, or may belong to another step; or a refusal that the other run caused was cut off
	}
	wrote := slices.ContainsFunc(run.written, func(write string) bool { return l.isAbout(write, org.ID, o.Step) })
	isLate := o.Verdict == apply.Failed && o.Tries > 0 && run.afterEnd[callOf(org, o)]
	switch {
	case wrote && slices.Contains([]apply.Verdict{apply.Unchanged, apply.Skipped}, o.Verdict):
		l.fail("%s is %s, and the run wrote it", o.Step.Line(), o.Verdict)
	case !wrote && o.Verdict == apply.Applied:
		l.fail("%s is applied, and the run wrote nothing for it", o.Step.Line())
	case !wrote && isLate:
		l.fail("%s failed after the interrupt, and is not skipped, although it wrote nothing: %v", o.Step.Line(), o.Err)
	}
}

// hasTwin reports whether another step changes other fields of the same object.
func hasTwin(org plan.Org, s plan.Step) bool {
	return slices.ContainsFunc(org.Steps, func(other plan.Step) bool { return other.Address() == s.Address() && !sameFields(other, s) })
}

// isAbout reports whether a write is about the object of a step.
func (l *laws) isAbout(write, org string, s plan.Step) bool {
	_, path, _ := strings.Cut(write, "/orgs/"+org)
	switch k := resource.ByName(s.Kind); {
	case k == resource.Organization:
		return strings.HasPrefix(path, " ")
	case k.Key == "":
		return strings.HasPrefix(path, "/"+s.Kind+" ")
	}
	for _, seen := range []sight{l.before, l.after} {
		if o := seen.orgs[org].Find(s.Kind, s.Key); o != nil && o.ID != "" && strings.Contains(path, o.ID) {
			return true
		}
	}
	return strings.Contains(path, s.Key)
}

// checkOrder: an invitation is sent after the earlier removals of people of its organization, which make room for it.
func (l *laws) checkOrder() {
	if l.how.twice {
		return
	}
	last := map[string]int{} // the sequence number of the last removal, by id
	for _, e := range l.log {
		if e.Method == http.MethodDelete && isWrite(e.Method, e.Path) {
			last[e.Path[strings.LastIndex(e.Path, "/")+1:]] = e.Sequence
		}
	}
	for _, org := range l.plan.Orgs {
		removed := 0
		for _, step := range org.Steps {
			if plan.RemovesPerson(step) {
				removed = max(removed, last[step.ID])
			}
			if first := l.firstInvitation(org.ID, step); step.Invites() && first > 0 && first < removed {
				l.fail("%s was sent before an earlier removal", step.Line())
			}
		}
	}
}

// firstInvitation returns the sequence number of the first request that invites the person of a step, or 0.
func (l *laws) firstInvitation(org string, step plan.Step) int {
	for _, e := range l.log {
		if e.Method == http.MethodPost && strings.Contains(e.Path, org) && strings.Contains(string(e.Body), `"`+step.Key+`"`) {
			return e.Sequence
		}
	}
	return 0
}

// people returns the organizations and usernames of all people.
func (s sight) people() map[string]bool {
	all := map[string]bool{}
	for _, o := range s.fleet.Orgs {
		for _, u := range o.Users {
			all[o.ID+" "+u.Username] = true
		}
	}
	return all
}

// isCalm reports whether nothing went wrong on purpose.
func (l *laws) isCalm() bool {
	return !l.how.twice && !l.how.meanwhile && l.how.ignoreAt == 0 && l.how.interruptAt == 0 && l.how.killAt == 0 && !slices.ContainsFunc(l.log, func(e sandbox.Entry) bool { return e.Fault != "" })
}

func (s sight) textOf(org string, step plan.Step) string {
	fields := map[string]bool{}
	o := s.orgs[org].Find(step.Kind, step.Key)
	if o != nil && step.Op == plan.Update {
		for field := range o.Fields {
			_, isAbout := step.After[field]
			fields[field] = !isAbout
		}
	}
	return without(o, fields)
}

// isAlone reports whether no other step is about the same fields.
func isAlone(steps []plan.Step, step plan.Step) bool {
	n := 0
	for _, other := range steps {
		if aboutOf(resource.ByName(other.Kind), other.Key) != aboutOf(resource.ByName(step.Kind), step.Key) {
			continue
		}
		isElsewhere := other.Op == plan.Update && step.Op == plan.Update && other.Kind == step.Kind && !sharesField(other, step)
		if !isElsewhere {
			n++
		}
	}
	return n == 1
}

func sharesField(a, b plan.Step) bool {
	for field := range a.After {
		if _, has := b.After[field]; has {
			return true
		}
	}
	return false
}

// isRefusal reports whether Atlas refused the values of a request.
func isRefusal(err error) bool {
	var refused *client.Error
	return errors.As(err, &refused) && refused.Status == http.StatusBadRequest
}
