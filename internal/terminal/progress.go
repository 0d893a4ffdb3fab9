// Package terminal shows the progress and the waits of a run, on a terminal or in a log.
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

// progress shows how far a run has come: on a terminal in one live line, elsewhere with a line for each organization that is done.
type progress struct {
	screen  *Screen
	live    bool
	columns func() int // the width of the screen

	mu      sync.Mutex
	stage   string // "" between two stages
	orgs    share
	steps   share
	waits   time.Time     // when the longest wait ends
	whatFor string        // the reason of that wait
	stop    chan struct{} // ends tick
	stopped chan struct{} // closed when tick has ended
}

// share is how many of how many are done.
type share struct{ done, all int }

// Begin begins a stage with its number of organizations and steps.
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

// tick redraws the live line every second: the time left of a wait changes.
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

// count changes the progress and redraws the live line.
func (p *progress) count(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	p.draw()
}

// OrgRead and StepEnded count one more.
func (p *progress) OrgRead()   { p.count(func() { p.orgs.done++ }) }
func (p *progress) StepEnded() { p.count(func() { p.steps.done++ }) }

// waiting shows a wait. Of several it shows the one that ends last.
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

// OrgEnded counts an organization that is done.
func (p *progress) OrgEnded(r apply.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.orgs.done++
	p.draw()
	if !p.live {
		fmt.Fprintf(p.screen, "[%d/%d] %s: %s\n", p.orgs.done, p.orgs.all, r.Org.Heading(), render.ResultSummary(r))
	}
}

// maxLine is the longest live line. It is also shorter than the screen: a line that wraps cannot be erased.
const maxLine = 79

func (p *progress) draw() {
	if !p.live || p.stage == "" {
		return
	}
	line := fmt.Sprintf("%s: %d of %d organizations", p.stage, p.orgs.done, p.orgs.all)
	if p.steps.all > 0 {
		// A step whose change did not last ends twice.
		line += fmt.Sprintf(", %d of %d steps", min(p.steps.done, p.steps.all), p.steps.all)
	}
	if left := time.Until(p.waits).Round(time.Second); left > 0 {
		line += fmt.Sprintf("; waiting %s %s", left, p.whatFor)
	}
	width := max(0, min(len(line), maxLine, p.columns()-1))
	p.screen.show(strings.TrimRight(line[:width], " "))
}
