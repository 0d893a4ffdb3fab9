// Package terminal shows the progress and the waits of a run, on a terminal or in a log, and asks the person at the terminal.
package terminal

import (
	"fmt"
	"sync"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
)

// progress shows the progress of a run: on a terminal in one live line, elsewhere in one line for each finished organization.
type progress struct {
	screen  *Screen
	live    bool
	columns func() int // the width of the screen

	mu          sync.Mutex
	stage       string // "" between two stages
	hasQuit     bool   // the run ends; show nothing any more
	orgs        share
	steps       share
	invitations share
	waits       waits
	pace        client.Pace   // of invitations; zero if unknown
	said        time.Duration // the last estimate in the log
	stop        chan struct{} // ends tick
	stopped     chan struct{} // closed when tick has ended
}

// share says how many of all are done.
type share struct{ done, all int }

// Begin begins a stage.
func (p *progress) Begin(stage reconcile.Stage, w reconcile.Work) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stage, p.waits, p.said = string(stage), waits{}, 0
	p.orgs, p.steps, p.invitations = share{0, w.Orgs}, share{0, w.Steps}, share{0, w.Invitations}
	if p.live {
		p.stop, p.stopped = make(chan struct{}), make(chan struct{})
		go p.tick(p.stop, p.stopped)
		p.draw()
	}
}

// tick redraws the live line every second, because the remaining time of a wait changes.
func (p *progress) tick(stop, stopped chan struct{}) {
	defer close(stopped)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			p.count(func() {})
		}
	}
}

// End ends a stage and removes the live line.
func (p *progress) End() {
	p.mu.Lock()
	p.stage = ""
	stop, stopped := p.stop, p.stopped
	p.stop = nil
	p.mu.Unlock()
	if stop != nil {
		close(stop)
		<-stopped
		p.screen.show("")
	}
}

// quit removes the live line. After that, no line is shown.
func (p *progress) quit() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hasQuit = true
	p.screen.show("")
}

// count changes the progress and redraws the live line.
func (p *progress) count(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	p.draw()
}

// OrgRead counts an organization that was read.
func (p *progress) OrgRead() { p.count(func() { p.orgs.done++ }) }

// StepEnded counts a step. It is called twice for a step whose change did not last, so the count stays within the number of steps.
func (p *progress) StepEnded(o apply.Outcome) {
	p.count(func() {
		p.steps.done = min(p.steps.done+1, p.steps.all)
		if o.Step.Invites() && o.Verdict != apply.Skipped {
			p.invitations.done = min(p.invitations.done+1, p.invitations.all)
			p.logEstimate()
		}
	})
}

// waiting shows a wait. It reports whether the live line or the estimate in the log shows it, so that no announcement is needed.
func (p *progress) waiting(w client.Wait) (isShown bool) {
	p.count(func() {
		p.waits.add(reasonOf(w), time.Now().Add(w.For))
		if w.Pace.N > 0 {
			p.pace = w.Pace
			p.logEstimate()
		}
		isShown = p.isLive() || w.Pace.N > 0 && p.said > 0
	})
	return isShown
}

// OrgEnded counts a finished organization.
func (p *progress) OrgEnded(r apply.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.orgs.done++
	p.draw()
	if !p.live {
		fmt.Fprintf(p.screen, "[%d/%d] %s: %s\n", p.orgs.done, p.orgs.all, r.Org.Heading(), render.ResultSummary(r))
	}
}

// estimate returns how long the remaining invitations take at the pace that Atlas allows; 0 if the pace is unknown.
func (p *progress) estimate() time.Duration {
	return p.pace.Time(p.invitations.all - p.invitations.done)
}

// logEstimate writes the estimate to the log if there is no live line: when it is first known, and whenever it has changed by a
// quarter. It writes nothing for the last minute.
func (p *progress) logEstimate() {
	now := p.estimate()
	if p.live || p.hasQuit || now < time.Minute || p.said > 0 && max(now-p.said, p.said-now) < p.said/4 {
		return
	}
	p.said = now
	fmt.Fprintf(p.screen, "%s left: %s at Atlas's limit of %s.\n",
		render.Count(p.invitations.all-p.invitations.done, "invitation"), render.About(now), paceOf(p.pace))
}

// isLive reports whether there is a live line now.
func (p *progress) isLive() bool { return p.live && p.stage != "" && !p.hasQuit }

// draw shows the live line. The line is shorter than the screen is wide, because a line that wraps cannot be erased.
func (p *progress) draw() {
	if !p.isLive() {
		return
	}
	why := p.why()
	columns := p.columns() - 1
	line := fmt.Sprintf("%s: %d of %d organizations", p.stage, p.orgs.done, p.orgs.all)
	if p.steps.all > 0 {
		steps := fmt.Sprintf("%d of %d steps", p.steps.done, p.steps.all)
		if line += ", " + steps; safetext.Width(line+why) > columns { // the reason is more useful than the number of organizations
			line = p.stage + ": " + steps
		}
	}
	p.screen.show(fit(line+why, columns))
}

// why returns why the run takes so long, or "".
func (p *progress) why() string {
	if left := p.estimate(); left > 0 {
		return fmt.Sprintf("; %s left (limit: %s)", render.About(left), paceOf(p.pace))
	}
	reason, left := p.waits.longest(time.Now())
	if left = left.Round(time.Second); left <= 0 {
		return ""
	}
	return fmt.Sprintf("; waiting %s %s", left, reason)
}
