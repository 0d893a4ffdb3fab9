// Package reconciletest helps tests of the packages above reconcile.
package reconciletest

import (
	"context"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/reconcile"
)

// Silent is a [reconcile.Observer] that does nothing.
type Silent struct{}

func (Silent) Begin(reconcile.Stage, reconcile.Work) {}
func (Silent) OrgRead()                              {}
func (Silent) StepEnded(apply.Outcome)               {}
func (Silent) OrgEnded(apply.Result)                 {}
func (Silent) End()                                  {}
func (Silent) Waiting(client.Wait)                   {}
func (Silent) Notice(string, client.InexactTotal)    {}
func (Silent) Ending(context.Context)                {}
func (Silent) Quiet()                                {}
func (Silent) Trace(string) func(client.Exchange)    { return nil }
