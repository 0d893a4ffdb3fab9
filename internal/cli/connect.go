package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
)

// connection reaches the organizations of a tree, in Atlas or in a sandbox.
type connection struct {
	config     client.Config // but for the credential
	credential func(name, org string) (client.Credential, error)
	accounts   map[string]*apply.Account // by the name of their credential
	payerOf    func(name string) (client.Credential, error)
	sandbox    io.Closer
	announcer  *announcer
	trace      func(credential string) func(client.Exchange)
	stderr     io.Writer

	mu      sync.Mutex
	clients []*client.Client
}

// connect prepares to reach Atlas, or starts the sandbox. Waits end when ctx does.
func (in *invocation) connect(ctx context.Context) (*connection, error) {
	announcer := &announcer{w: in.Stderr, all: in.verbose > 0, progress: in.progress, said: map[string]time.Time{}}
	base, err := in.baseAddress()
	if err != nil {
		return nil, err
	}
	c := &connection{
		config: client.Config{
			BaseURL:     base,
			Transport:   in.Transport,
			UserAgent:   fmt.Sprintf("atlas-gitops/%s (%s;%s)", Version, runtime.GOOS, runtime.GOARCH),
			ReadOnly:    !in.writes,
			Limits:      client.NewLimits(),
			Waiting:     announcer.announce,
			Interrupted: ctx.Done(),
		},
		accounts:  map[string]*apply.Account{},
		sandbox:   io.NopCloser(nil),
		announcer: announcer,
		trace:     in.trace,
		stderr:    in.Stderr,
	}
	c.payerOf = func(name string) (client.Credential, error) { return client.CredentialFromEnv(in.Getenv, name) }
	c.credential = func(name, _ string) (client.Credential, error) { return c.payerOf(name) }
	if in.sandbox == "" {
		return c, nil
	}
	if in.baseURL != "" {
		return nil, errors.New("--sandbox and --base-url exclude each other; use one")
	}
	return c, c.startSandbox(in)
}

// baseAddress returns where Atlas is. The error tells where that was said.
func (in *invocation) baseAddress() (string, error) {
	const variable, older = "MONGODB_ATLAS_BASE_URL", "MONGODB_ATLAS_OPS_MANAGER_URL"
	for _, said := range []struct{ where, url string }{
		{"--base-url", in.baseURL}, {variable, in.Getenv(variable)}, {older, in.Getenv(older)},
	} {
		if said.url == "" {
			continue
		}
		base, err := client.CheckBaseURL(said.url)
		if err != nil {
			return "", fmt.Errorf("%s: %w", said.where, err)
		}
		return base, nil
	}
	const service = "MONGODB_ATLAS_SERVICE"
	base, err := client.ServiceURL(strings.TrimSpace(in.Getenv(service)))
	if err != nil {
		return "", fmt.Errorf("%s: %w", service, err)
	}
	return base, nil
}

// startSandbox serves a sandbox, which brings a credential for every name that the tree uses.
func (c *connection) startSandbox(in *invocation) error {
	atlas, err := sandbox.Open(string(in.sandbox))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	server := &http.Server{Handler: atlas}
	go server.Serve(listener) // ends with Close
	fmt.Fprintf(in.Stderr, "Answers come from the sandbox in %s, not from Atlas.\n", in.sandbox)
	c.sandbox, c.config.BaseURL = server, "http://"+listener.Addr().String()
	key := func(granted sandbox.Credential) (client.Credential, error) {
		return client.NewCredential(granted.PublicKey, granted.PrivateKey), nil
	}
	c.credential = func(name, org string) (client.Credential, error) { return key(atlas.Grant(name, org)) }
	c.payerOf = func(name string) (client.Credential, error) { return key(atlas.GrantPayer(name)) }
	return nil
}

// account returns the account of the credential of that name, which is that of an organization: its id, or else its
// name. One that cannot be used says why.
func (c *connection) account(name, org string) *apply.Account {
	return c.remembered(name, func() (client.Credential, error) { return c.credential(name, org) })
}

// payer returns the account with which an organization is created.
func (c *connection) payer(create resource.Fields) *apply.Account {
	name := fmt.Sprint(create[resource.Payer])
	return c.remembered(name, func() (client.Credential, error) { return c.payerOf(name) })
}

// savedAccount returns what the first step in an organization of a saved plan is done with.
func (in *invocation) savedAccount(ctx context.Context, c *connection, org plan.Org) *apply.Account {
	if !org.Creates() {
		return c.account(org.Credentials, org.ID)
	}
	if err := in.checkSavedCreation(ctx, c, org); err != nil {
		return &apply.Account{Err: err}
	}
	return c.payer(org.Steps[0].After)
}

func (c *connection) remembered(name string, credential func() (client.Credential, error)) *apply.Account {
	if a := c.accounts[name]; a != nil {
		return a
	}
	a := &apply.Account{}
	if found, err := credential(); err != nil {
		var wrong *client.CredentialError
		a.Err, a.Missing = err, errors.As(err, &wrong) && wrong.Missing
	} else {
		a = c.newAccount(name, found)
	}
	c.accounts[name] = a
	return a
}

// newAccount returns the account of a credential.
func (c *connection) newAccount(name string, credential client.Credential) *apply.Account {
	config := c.config
	config.Credential, config.Trace, config.Notice = credential, c.trace(name), c.announcer.notice(name)
	api, err := client.New(config)
	if err != nil {
		return &apply.Account{Err: err}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clients = append(c.clients, api)
	return &apply.Account{API: api, IsKey: !credential.IsServiceAccount()}
}

// farewell is how long a run takes at most to give back its tokens.
const farewell = 5 * time.Second

// close gives back what the run holds in Atlas, also after an interrupt, and stops the sandbox.
func (c *connection) close() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	c.announcer.hush()
	for _, err := range split(client.CloseAll(ctx, c.clients)) {
		fmt.Fprintln(c.stderr, "warning: a token could not be revoked, and expires within the hour: "+plan.OneLine(err.Error()))
	}
	if err := c.sandbox.Close(); err != nil {
		fmt.Fprintln(c.stderr, "warning: sandbox: "+plan.OneLine(err.Error()))
	}
}
