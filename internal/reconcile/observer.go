package reconcile

import (
	"context"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
)

// Stage is a part of a run that takes its time.
type Stage string

const (
	Reading  Stage = "Reading"
	Applying Stage = "Applying"
)

// Observer is told how far a run has come, by several goroutines.
type Observer interface {
	Begin(stage Stage, orgs, steps int) // so many organizations, and steps in all of them
	OrgRead()
	StepEnded()
	OrgEnded(apply.Result)
	End() // of the stage

	Waiting(client.Wait)
	Notice(credential string, n client.InexactTotal) // of a list
	Ending(context.Context)                          // the run is to end early: what was begun is finished
	Quiet()                                          // nothing more is worth telling

	// Trace returns what is told of each request of a credential, or nil.
	Trace(credential string) func(client.Exchange)
}
