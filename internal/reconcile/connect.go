package reconcile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/client/variables"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
)

// ConnectOptions say how to reach Atlas.
type ConnectOptions struct {
	BaseURL         string // of Atlas; "" for what the environment says
	Sandbox         string // the state file of the sandbox to use instead; "" for Atlas
	CredentialsFile string // a bundle of credentials; "" for what the environment says
	Writes          bool   // whether the connection may change organizations
	Observer        Observer
}

// Connection reaches the organizations of a tree, in Atlas or in a sandbox.
type Connection struct {
	env        Env
	config     client.Config // without the credential
	keyring    keyring
	accounts   map[string]*resource.Account // by the name of their credential
	sandbox    io.Closer
	embedded   *sandbox.Server // nil for Atlas
	observer   Observer
	lastFailed atomic.Pointer[client.Error] // of the requests that waited for another try

	mu      sync.Mutex
	clients []*client.Client
}

// Connect prepares to reach Atlas, or starts the sandbox. When ctx ends, the client stops waiting.
func (e Env) Connect(ctx context.Context, o ConnectOptions) (*Connection, error) {
	base, err := baseAddress(e.Getenv, o.BaseURL)
	if err != nil {
		return nil, err
	}
	c := &Connection{
		env: e,
		config: client.Config{
			BaseURL:     base,
			Transport:   e.Transport,
			UserAgent:   fmt.Sprintf("atlas-gitops/%s (%s;%s)", e.Version, runtime.GOOS, runtime.GOARCH),
			ReadOnly:    !o.Writes,
			Limits:      client.NewLimits(),
			Interrupted: ctx.Done(),
		},
		accounts: map[string]*resource.Account{},
		sandbox:  io.NopCloser(nil),
		observer: o.Observer,
	}
	c.config.Waiting = c.waiting
	switch {
	case o.Sandbox == "":
		c.keyring, err = newKeyring(e, o.CredentialsFile)
		return c, err
	case o.BaseURL != "":
		return nil, errors.New("--sandbox and --base-url exclude each other; use one")
	case o.CredentialsFile != "":
		return nil, errors.New("--sandbox and --credentials-file exclude each other; use one")
	}
	return c, c.startSandbox(o.Sandbox)
}

// waiting keeps the error of a request that will be tried again, and reports the wait. Other steps go on while a step waits for a limit.
func (c *Connection) waiting(ctx context.Context, w client.Wait) (over func()) {
	if w.Err != nil {
		c.lastFailed.Store(w.Err)
	}
	c.observer.Waiting(w)
	if !w.IsForLimit() {
		return func() {}
	}
	return apply.Waits(ctx)
}

// Ended returns the error of a run that ended before it had a plan.
func (c *Connection) Ended(ctx context.Context) error {
	return &EndedError{context.Cause(ctx), c.lastFailed.Load()}
}

// baseAddress returns the address of Atlas. The error names the flag or the variable.
func baseAddress(getenv func(string) string, flag string) (string, error) {
	const variable, older = variables.BaseURL, variables.OpsManagerURL
	for _, setting := range []struct{ source, url string }{
		{"--base-url", flag}, {variable, getenv(variable)}, {older, getenv(older)},
	} {
		if setting.url == "" {
			continue
		}
		base, err := client.CheckBaseURL(setting.url)
		if err != nil {
			return "", fmt.Errorf("%s: %w", setting.source, err)
		}
		return base, nil
	}
	const service = variables.Service
	base, err := client.ServiceURL(strings.TrimSpace(getenv(service)))
	if err != nil {
		return "", fmt.Errorf("%s: %w", service, err)
	}
	return base, nil
}

// startSandbox serves a sandbox. It grants a credential for every name that the tree uses.
func (c *Connection) startSandbox(file string) error {
	atlas, err := sandbox.Open(file)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	server := &http.Server{Handler: atlas}
	go server.Serve(listener) // ends with Close
	c.sandbox, c.config.BaseURL, c.embedded = server, "http://"+listener.Addr().String(), atlas
	c.keyring = sandboxKeyring(atlas)
	return nil
}

// account returns the account of an organization's credential. If the credential cannot be used, the Err of the account says why.
func (c *Connection) account(r resource.OrgRef) *resource.Account {
	return c.cachedAccount(r.Credentials, func() (client.Credential, error) { return c.keyring.named(r.Credentials, cmp.Or(r.ID, r.Name)) })
}

// payer returns the account that creates an organization.
func (c *Connection) payer(create resource.Fields) *resource.Account {
	name := fmt.Sprint(create[resource.Payer])
	return c.cachedAccount(name, func() (client.Credential, error) { return c.keyring.payer(name) })
}

func (c *Connection) cachedAccount(name string, credential func() (client.Credential, error)) *resource.Account {
	if a := c.accounts[name]; a != nil {
		return a
	}
	a := &resource.Account{}
	if found, err := credential(); err != nil {
		var wrong *variables.Error
		a.Err, a.Missing = err, errors.As(err, &wrong) && wrong.IsMissing
	} else {
		a = c.newAccount(name, found)
	}
	c.accounts[name] = a
	return a
}

// newAccount returns the account of a credential.
func (c *Connection) newAccount(name string, credential client.Credential) *resource.Account {
	config := c.config
	config.Credential, config.Trace = credential, c.observer.Trace(name)
	config.Notice = func(n client.InexactTotal) { c.observer.Notice(name, n) }
	api, err := client.New(config)
	if err != nil {
		return &resource.Account{Err: err}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clients = append(c.clients, api)
	return &resource.Account{API: api, IsKey: !credential.IsServiceAccount(), Login: func(ctx context.Context) { _ = api.Login(ctx) }} // the first request returns the error
}

// HasCredentials reports whether a credential is set for at least one organization.
func (c *Connection) HasCredentials(orgs []*spec.Org) bool {
	return slices.ContainsFunc(orgs, func(o *spec.Org) bool { return !c.account(o.OrgRef).Missing })
}

// shutdownGrace is how long Close waits for Atlas to revoke tokens.
const shutdownGrace = 5 * time.Second

// Close revokes the tokens of the run and stops the sandbox. It does so also after an interrupt. A failure is only a warning: tokens
// expire within the hour.
func (c *Connection) Close() (warnings []error) {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	c.observer.Quiet()
	warnings = revokeWarnings(Split(client.CloseAll(ctx, c.clients)))
	if err := c.sandbox.Close(); err != nil {
		warnings = append(warnings, fmt.Errorf("sandbox: %w", err))
	}
	return warnings
}

// revokeWarnings returns a warning for each different error about tokens, with the number of tokens. The number of tries does not
// make errors different.
func revokeWarnings(errs []error) (warnings []error) {
	counts, texts := map[string]int{}, []string{}
	for _, err := range errs {
		text := tries.ReplaceAllString(err.Error(), "")
		if counts[text]++; counts[text] == 1 {
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		what := "a token could not be revoked; it expires within the hour: "
		if n := counts[text]; n > 1 {
			what = fmt.Sprintf("%d tokens could not be revoked; they expire within the hour: ", n)
		}
		warnings = append(warnings, errors.New(what+text))
	}
	return warnings
}
