package reconcile

import (
	"context"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
)

// Stage is a part of a run that can take a long time.
type Stage string

const (
	Reading  Stage = "Reading"
	Applying Stage = "Applying"
)

// Work is how much a stage has to do.
type Work struct {
	Orgs, Steps int
	Invitations int // how many of the steps send one; Atlas limits their pace
}

// Observer follows the progress of a run. Several goroutines call it.
type Observer interface {
	Begin(Stage, Work)
	OrgRead()
	StepEnded(apply.Outcome)
	OrgEnded(apply.Result)
	End() // of the stage

	Waiting(client.Wait)
	Notice(credential string, n client.InexactTotal) // a list is not as long as its total says
	Ending(context.Context)                          // the run ends early; it finishes the steps in progress
	Quiet()                                          // no more announcements

	// Trace returns a function that gets each request of a credential, or nil.
	Trace(credential string) func(client.Exchange)
}
