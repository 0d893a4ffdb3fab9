// Package terminal tells a person at a terminal, or the log of a run, how far the run has come and what it waits for.
package terminal

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
)

// progress tells how far a run has come: on a terminal in one live line, elsewhere with a line for each organization
// that is done.
type progress struct {
	screen *Screen
	live   bool
	width  func() int // how long a line can be that does not wrap: one that does cannot be erased

	mu      sync.Mutex
	stage   string // "" between two stages
	orgs    share
	steps   share
	waits   time.Time // until when somebody waits
	whatFor string
	stop    chan struct{} // ends tick
	stopped chan struct{} // closed when it has ended
}

// share is how many of all are done.
type share struct{ done, all int }

// newProgress tells it on a screen, with a live line if a person sees it, who has so many columns.
func newProgress(screen *Screen, live bool, columns func() int) *progress {
	width := func() int {
		if columns == nil {
			return maxLine
		}
		return max(0, min(maxLine, columns()-1))
	}
	return &progress{screen: screen, live: live, width: width}
}

// Begin begins a stage with so many organizations and steps.
func (p *progress) Begin(stage reconcile.Stage, orgs, steps int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stage, p.orgs, p.steps, p.waits = string(stage), share{0, orgs}, share{0, steps}, time.Time{}
	if p.live {
		p.stop, p.stopped = make(chan struct{}), make(chan struct{})
		go p.tick(p.stop, p.stopped)
		p.draw()
	}
}

// tick keeps the live line true while nothing happens.
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

// count changes what is told, and tells it.
func (p *progress) count(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	p.draw()
}

// OrgRead and StepEnded tell of one more.
func (p *progress) OrgRead()   { p.count(func() { p.orgs.done++ }) }
func (p *progress) StepEnded() { p.count(func() { p.steps.done++ }) }

// waiting tells of a wait. Of several the longest counts.
func (p *progress) waiting(w client.Wait) {
	p.count(func() {
		until := time.Now().Add(w.For)
		if !until.After(p.waits) {
			return
		}
		p.waits, p.whatFor = until, "to try again"
		if w.Err == nil || strings.Contains(w.Err.Code, "RATE_LIMITED") {
			p.whatFor = "for Atlas's limits"
		}
	})
}

// OrgEnded tells that an organization is done.
func (p *progress) OrgEnded(r apply.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.orgs.done++
	p.draw()
	if !p.live {
		fmt.Fprintf(p.screen, "[%d/%d] %s: %s\n", p.orgs.done, p.orgs.all, r.Org.Heading(), render.ResultSummary(r))
	}
}

// maxLine is how long the live line gets, if the terminal is as wide as most are.
const maxLine = 79

func (p *progress) draw() {
	if !p.live || p.stage == "" {
		return
	}
	line := fmt.Sprintf("%s: %d of %d organizations", p.stage, p.orgs.done, p.orgs.all)
	if p.steps.all > 0 {
		// A step that did not last is told twice.
		line += fmt.Sprintf(", %d of %d steps", min(p.steps.done, p.steps.all), p.steps.all)
	}
	if left := time.Until(p.waits).Round(time.Second); left > 0 {
		line += fmt.Sprintf("; waiting %s %s", left, p.whatFor)
	}
	p.screen.show(strings.TrimRight(line[:min(len(line), p.width())], " "))
}
