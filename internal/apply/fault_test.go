package apply_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/sandbox"
)

// TestRunWithFaults lets each request of an apply that writes meet each fault that the sandbox knows. Whatever a step is
// said to have come to is true; running again finishes the work; nobody is invited twice.
func TestRunWithFaults(t *testing.T) {
	const org = "/api/atlas/v2/orgs/" + acme
	for _, kind := range sandbox.FaultKinds() {
		for i, request := range []sandbox.Fault{ // in the order of the steps
			{Method: "PATCH", Path: org + "/settings"},
			{Method: "POST", Path: org + "/invites"},
			{Method: "PATCH", Path: org + "/invites/*"},
			{Method: "DELETE", Path: org + "/invites/*"},
		} {
			request.Kind = kind
			t.Run(kind+"/"+request.Method, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { strike(t, request, i) })
			})
		}
	}
}

// strike runs an apply in which the request of a step meets the fault.
func strike(t *testing.T, fault sandbox.Fault, step int) {
	a := newAtlasInside(t, directly)
	p := a.plan(invited)
	if err := a.server.Load().Inject(fault); err != nil {
		t.Fatal(err)
	}
	for i, o := range a.run(p) {
		want := apply.Applied
		if i == step && fault.Kind == "silence" {
			want = apply.Failed // it took all the time there is, and left nothing behind
		}
		if o.Verdict != want {
			t.Errorf("%s: %s %v", o.Step.Line(), o.Verdict, o.Err)
		}
	}
	sent := a.invitationsSent()
	a.restart()
	for _, o := range a.run(a.plan(invited)) {
		if o.Verdict != apply.Applied {
			t.Errorf("again: %s: %s %v", o.Step.Line(), o.Verdict, o.Err)
		}
	}
	sent += a.invitationsSent()
	a.restart()
	if a.plan(invited).Changed() > 0 || sent != 1 {
		t.Errorf("%d invitations were sent; still to do: %v", sent, a.plan(invited).Orgs)
	}
}

// invitationsSent counts the invitations that the sandbox really sent since it was started.
func (a *atlas) invitationsSent() (n int) {
	for _, e := range a.server.Load().Log() {
		if e.Method == "POST" && strings.HasSuffix(e.Path, "/invites") && e.Done() == http.StatusOK {
			n++
		}
	}
	return n
}
