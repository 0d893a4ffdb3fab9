package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/sandbox"
)

// connection reaches the organizations of a tree, in Atlas or in a sandbox.
type connection struct {
	config     client.Config // but for the credential
	credential func(name, org string) (client.Credential, error)
	accounts   map[string]*apply.Account // by the name of their credential
	clients    []*client.Client
	sandbox    io.Closer
	announcer  *announcer
	trace      func(credential string) func(client.Exchange)
	stderr     io.Writer
}

// connect prepares to reach Atlas, or starts the sandbox. Waits end when ctx does.
func (in *invocation) connect(ctx context.Context) (*connection, error) {
	announcer := &announcer{w: in.Stderr, all: in.verbose > 0, progress: in.progress, said: map[string]time.Time{}}
	base, err := in.base()
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
		credential: func(name, _ string) (client.Credential, error) {
			return client.CredentialFromEnv(in.Getenv, name)
		},
		accounts:  map[string]*apply.Account{},
		sandbox:   io.NopCloser(nil),
		announcer: announcer,
		trace:     in.trace,
		stderr:    in.Stderr,
	}
	if in.sandbox == "" {
		return c, nil
	}
	if in.baseURL != "" {
		return nil, errors.New("--sandbox and --base-url exclude each other; use one")
	}
	return c, c.startSandbox(in)
}

// base returns where Atlas is. The error tells where that was said.
func (in *invocation) base() (string, error) {
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
	return client.DefaultBaseURL, nil
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
	c.credential = func(name, org string) (client.Credential, error) {
		granted := atlas.Grant(name, org)
		return client.NewCredential(granted.PublicKey, granted.PrivateKey), nil
	}
	return nil
}

// account returns the account of the credential of that name, which is that of an organization: its id, or else its
// name. One that cannot be used says why.
func (c *connection) account(name, org string) *apply.Account {
	a := c.accounts[name]
	if a == nil {
		a = c.newAccount(name, org)
		c.accounts[name] = a
	}
	return a
}

func (c *connection) newAccount(name, org string) *apply.Account {
	credential, err := c.credential(name, org)
	if err != nil {
		return &apply.Account{Err: err}
	}
	config := c.config
	config.Credential, config.Trace = credential, c.trace(name)
	api, err := client.New(config)
	if err != nil {
		return &apply.Account{Err: err}
	}
	c.clients = append(c.clients, api)
	return &apply.Account{API: api}
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
