package plan_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

func TestReadiness(t *testing.T) {
	roles := func(names ...any) resource.Fields { return resource.Fields{"roles": names} }
	live := func(f resource.Fields) *resource.Object { return &resource.Object{Key: "ada@acme.example", Fields: f} }
	of := func(status string) *resource.Object {
		return live(resource.Fields{"status": status, "roles": []any{"ORG_MEMBER"}})
	}
	again := plan.Step{Kind: "invitations", Op: plan.Create, After: roles("ORG_MEMBER"), ReinviteReason: plan.AfterExpiry}
	insist := plan.Step{Kind: "invitations", Op: plan.Create, After: roles("ORG_MEMBER"), ReinviteReason: plan.AfterRejection}
	cancel := plan.Step{Kind: "invitations", Op: plan.Delete, Before: resource.Fields{"status": "PENDING", "roles": []any{"ORG_MEMBER"}}}
	unknown := plan.Step{Kind: "invitations", Op: plan.Update, After: roles("ORG_OWNER")}
	accepted := live(resource.Fields{"status": "ACTIVE"})
	create := plan.Step{Kind: "invitations", Op: plan.Create, After: roles("ORG_MEMBER")}
	update := plan.Step{Kind: "invitations", Op: plan.Update, Before: roles("ORG_MEMBER"), After: roles("ORG_OWNER")}
	remove := plan.Step{Kind: "invitations", Op: plan.Delete, Before: roles("ORG_MEMBER")}
	for _, row := range []struct {
		reason string
		step   plan.Step
		live   *resource.Object
		want   plan.Readiness
	}{
		{"nothing is there yet", create, nil, plan.Ready},
		{"somebody invited her just so", create, live(roles("ORG_MEMBER")), plan.Done},
		{"what else somebody gave her is not ours", create, live(resource.Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{"T"}}), plan.Done},
		{"somebody invited her otherwise", create, live(roles("ORG_OWNER")), plan.Conflict},
		{"she is a member already", create, accepted, plan.Done},
		{"as the plan saw it", update, live(roles("ORG_MEMBER")), plan.Ready},
		{"an answer got lost, or somebody was faster", update, live(roles("ORG_OWNER")), plan.Done},
		{"somebody changed it to something else", update, live(roles("ORG_READ_ONLY")), plan.Conflict},
		{"somebody added to it", update, live(roles("ORG_MEMBER", "ORG_BILLING_ADMIN")), plan.Conflict},
		{"it is gone", update, nil, plan.Conflict},
		{"she accepted with her old roles: nobody may believe that they changed", update, accepted, plan.Conflict},
		{"as the plan saw it", remove, live(roles("ORG_MEMBER")), plan.Ready},
		{"it is gone already", remove, nil, plan.Done},
		{"nobody approved removing an owner", remove, live(roles("ORG_OWNER")), plan.Conflict},
		{"she accepted: an invitation can be taken back, a member not", remove, accepted, plan.Conflict},
		{"the invitation that expired is still there", again, of("INVITATION_EXPIRED"), plan.Ready},
		{"it is gone", again, nil, plan.Ready},
		{"somebody was faster", again, of("PENDING"), plan.Done},
		{"a federated person is in at once", create, of("ACTIVE"), plan.Done},
		{"an earlier invitation expired since the plan was made", create, of("INVITATION_EXPIRED"), plan.Ready},
		{"she said no since the plan was made", create, of("INVITATION_REJECTED"), plan.Conflict},
		{"she said no to yet another invitation since", again, of("INVITATION_REJECTED"), plan.Conflict},
		{"that she said no was known", insist, of("INVITATION_REJECTED"), plan.Ready},
		{"and it was not her last word", insist, of("ACTIVE"), plan.Done},
		{"there is nobody to change any more", update, of("INVITATION_EXPIRED"), plan.Conflict},
		{"there is nothing left to remove", remove, of("INVITATION_EXPIRED"), plan.Done},
		{"nor of who said no", remove, of("INVITATION_REJECTED"), plan.Done},
		{"an invitation that still waits can be cancelled", cancel, of("PENDING"), plan.Ready},
		{"to cancel an invitation is not to remove a member", cancel, of("ACTIVE"), plan.Conflict},
		{"nobody knew what a new organization holds", unknown, live(roles("ORG_MEMBER")), plan.Ready},
		{"it holds that already", unknown, live(roles("ORG_OWNER")), plan.Done},
	} {
		if got := row.step.Readiness(row.live); got != row.want {
			t.Errorf("%s %s: got %s, want %s", row.step.Op, row.reason, got, row.want)
		}
	}
}

func TestReadinessOfMaps(t *testing.T) {
	step := plan.Step{Kind: "invitations", Op: plan.Update,
		Before: resource.Fields{"projects": resource.Fields{"A": []any{"GROUP_OWNER"}}},
		After:  resource.Fields{"projects": resource.Fields{"B": []any{"GROUP_OWNER"}}}}
	both := resource.Fields{"projects": resource.Fields{"A": []any{"GROUP_OWNER"}, "C": []any{"GROUP_OWNER"}}}
	if got := step.Readiness(&resource.Object{Fields: both}); got != plan.Conflict {
		t.Errorf("a project was added since: writing would remove it unseen; got %s", got)
	}
}

// TestReadinessFieldByField: a step of which a part is done is finished, with requests for the rest alone. A value that nobody
// approved is a conflict, whatever else is as planned.
func TestReadinessFieldByField(t *testing.T) {
	addKind(t, &resource.Kind{Name: "fixtures", Key: "name"}) // nothing of it can change
	for _, row := range []struct {
		reason, kind        string
		before, after, live string
		want                plan.Readiness
		rest                string // of a step that is ready and no removal
	}{
		{"one field of two is written", "settings", `{"a":1,"b":1}`, `{"a":2,"b":2}`, `{"a":2,"b":1}`, plan.Ready, `{"b":2}`},
		{"the other one is otherwise", "settings", `{"a":1,"b":1}`, `{"a":2,"b":2}`, `{"a":2,"b":3}`, plan.Conflict, ""},
		{"both are written", "settings", `{"a":1,"b":1}`, `{"a":2,"b":2}`, `{"a":2,"b":2,"c":9}`, plan.Done, ""},
		{"null is as good as absent, before and after", "settings", `{"a":null,"b":1}`, `{"a":2,"b":null}`, `{"b":null}`, plan.Ready, `{"a":2}`},

		{"a record: one part of two is written", "settings", `{"r":{"x":1,"y":1}}`, `{"r":{"x":2,"y":2}}`, `{"r":{"x":2,"y":1}}`, plan.Ready, `{"r":{"y":2}}`},
		{"a record: the other part is otherwise", "settings", `{"r":{"x":1,"y":1}}`, `{"r":{"x":2,"y":2}}`, `{"r":{"x":2,"y":3}}`, plan.Conflict, ""},
		{"a record: a part that the step is not about is left alone", "settings", `{"r":{"x":1}}`, `{"r":{"x":2}}`, `{"r":{"x":1,"y":3}}`, plan.Ready, `{"r":{"x":2}}`},
		{"a record: the part was not there, nor the record", "settings", `{"r":{"x":null}}`, `{"r":{"x":2}}`, `{}`, plan.Ready, `{"r":{"x":2}}`},
		{"a record that goes: a part of it is gone", "settings", `{"r":{"x":1,"y":1}}`, `{"r":null}`, `{"r":{"x":1}}`, plan.Ready, `{"r":null}`},
		{"a record that goes: nobody saw the part that came", "settings", `{"r":{"x":1}}`, `{"r":null}`, `{"r":{"x":1,"y":3}}`, plan.Conflict, ""},
		{"a text where there was no record", "settings", `{"r":{"x":null}}`, `{"r":{"x":2}}`, `{"r":"x"}`, plan.Conflict, ""},
		{"a text that becomes a record, and is gone", "settings", `{"r":"x"}`, `{"r":{"x":2}}`, `{}`, plan.Conflict, ""},
		{"a record that becomes a text, and is gone", "settings", `{"r":{"x":1}}`, `{"r":"x"}`, `{}`, plan.Conflict, ""},
		{"a record that became a text", "settings", `{"r":{"x":1}}`, `{"r":{"x":2}}`, `{"r":"x"}`, plan.Conflict, ""},

		{"a map: one entry is gone, the other not yet there", "members", `{"projects":{"A":["r"],"S":["r"]}}`, `{"projects":{"B":["r"],"S":["r"]}}`, `{"projects":{"S":["r"]}}`, plan.Ready, `{"projects":{"B":["r"],"S":["r"]}}`},
		{"a map: an entry has a part of what it gets", "members", `{"projects":{}}`, `{"projects":{"A":["r","s"]}}`, `{"projects":{"A":["s"]}}`, plan.Ready, `{"projects":{"A":["r","s"]}}`},
		{"a map: an entry has a role that nobody approved", "members", `{"projects":{"A":["r"]}}`, `{"projects":{"A":["s"]}}`, `{"projects":{"A":["r","t"]}}`, plan.Conflict, ""},
		{"a map: an entry that nobody approved", "members", `{"projects":{"A":["r"]}}`, `{"projects":{"B":["r"]}}`, `{"projects":{"A":["r"],"C":["r"]}}`, plan.Conflict, ""},
		{"a map: an entry that stays is gone", "members", `{"projects":{"A":["r"],"S":["r"]}}`, `{"projects":{"S":["r"]}}`, `{"projects":{"A":["r"]}}`, plan.Conflict, ""},
		{"a map: an entry without roles is none", "members", `{"projects":{"A":["r"]}}`, `{"projects":{}}`, `{"projects":{"A":[]}}`, plan.Done, ""},

		{"a list: one is in already, the other not yet out", "members", `{"roles":["a","s"]}`, `{"roles":["b","s"]}`, `{"roles":["s","b","a"]}`, plan.Ready, `{"roles":["b","s"]}`},
		{"a list: what stays is gone", "members", `{"roles":["a","s"]}`, `{"roles":["b","s"]}`, `{"roles":["a"]}`, plan.Conflict, ""},
		{"a list: what nobody approved is in", "members", `{"roles":["a"]}`, `{"roles":["b"]}`, `{"roles":["a","c"]}`, plan.Conflict, ""},
		{"a list that became a text", "members", `{"roles":["a"]}`, `{"roles":["b"]}`, `{"roles":"a"}`, plan.Conflict, ""},

		{"nobody knew what was before: all that differs is written", "settings", "", `{"a":2,"r":{"x":2,"y":2}}`, `{"a":9,"r":{"x":2}}`, plan.Ready, `{"a":2,"r":{"y":2}}`},
		{"nobody knew, and all is so", "settings", "", `{"a":2}`, `{"a":2}`, plan.Done, ""},

		{"a creation that was interrupted: a part of it is there", "members", "", `{"roles":["a"],"teams":["T"]}`, `{"roles":["a"],"teams":[]}`, plan.Ready, `{"teams":["T"]}`},
		{"and of that part some", "members", "", `{"roles":["a","b"]}`, `{"roles":["b"]}`, plan.Ready, `{"roles":["a","b"]}`},
		{"somebody else's object of that name", "members", "", `{"roles":["a"],"teams":["T"]}`, `{"roles":["c"]}`, plan.Conflict, ""},
		{"somebody else gave more than is wanted", "members", "", `{"roles":["a"]}`, `{"roles":["a","c"]}`, plan.Conflict, ""},
		{"what a creation does not mention is not its business", "members", "", `{"roles":["a"]}`, `{"roles":["a"],"teams":["T"]}`, plan.Done, ""},
		{"what cannot be changed cannot be completed", "fixtures", "", `{"a":1,"b":1}`, `{"a":1}`, plan.Conflict, ""},

		{"a removal: all is as it was", "members", `{"status":"PENDING","roles":["a"]}`, "", `{"status":"PENDING","roles":["a"]}`, plan.Ready, ""},
		{"a removal: a part is gone already", "members", `{"roles":["a","b"],"projects":{"A":["r"],"B":["r"]}}`, "", `{"roles":["b"],"projects":{"B":["r"]}}`, plan.Ready, ""},
		{"a removal: nothing is left in it, but it is there", "members", `{"roles":["a"]}`, "", `{}`, plan.Ready, ""},
		{"a removal: somebody got more since", "members", `{"roles":["a"]}`, "", `{"roles":["a","b"]}`, plan.Conflict, ""},
		{"a removal: somebody got into another project since", "members", `{"roles":["a"],"projects":{"A":["r"]}}`, "", `{"roles":["a"],"projects":{"A":["r"],"B":["r"]}}`, plan.Conflict, ""},
		{"a removal: who was invited has accepted", "members", `{"status":"PENDING","roles":["a"]}`, "", `{"status":"ACTIVE","roles":["a"]}`, plan.Conflict, ""},
	} {
		step := plan.Step{Op: plan.Update, Kind: row.kind, Key: "k", Before: fieldsOf(t, row.before), After: fieldsOf(t, row.after)}
		switch {
		case row.after == "":
			step.Op = plan.Delete
		case row.before == "" && row.kind != "settings":
			step.Op = plan.Create
		}
		live := resource.Object{Key: "k", Fields: fieldsOf(t, row.live)}
		if got := step.Readiness(&live); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
		if diff := cmp.Diff(fieldsOf(t, row.rest), step.Rest(live)); row.rest != "" && diff != "" {
			t.Errorf("%s: the rest (-want +got):\n%s", row.reason, diff)
		}
	}
}

// FuzzReadiness makes steps out of a seed, and meets each with its object on the way from before to after. Wherever it stopped,
// writing the rest completes it. One value that is on no way is a conflict.
func FuzzReadiness(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		live := g.state(true)
		for _, s := range plan.Diff(resource.Kinds, live, g.state(false)) {
			w := walk{g, resource.ByName(s.Kind), s}
			from := resource.Object{Key: s.Key, Fields: resource.Fields{}}
			if s.Op != plan.Create {
				from = *live.Find(s.Kind, s.Key)
			}
			w.check(t, from)
		}
	})
}

// walk is the way of an object through a step.
type walk struct {
	generator
	kind *resource.Kind
	step plan.Step
}

func (w walk) check(t *testing.T, from resource.Object) {
	t.Helper()
	between, fields := from, w.fields()
	between.Fields = maps.Clone(from.Fields)
	for _, field := range fields {
		between.Fields[field] = w.between(w.kind.IsMap(field), w.step.Before[field], w.step.After[field], from.Fields[field])
	}
	got := w.step.Readiness(&between)
	isDone := w.step.Op != plan.Delete && w.kind.Covers(between.Fields, w.step.After)
	if isDone != (got == plan.Done) || got == plan.Conflict {
		t.Errorf("%s on its way at %v: %s", dump([]plan.Step{w.step}), between.Fields, got)
	}
	if len(fields) > 0 {
		spoiled := between
		spoiled.Fields = maps.Clone(between.Fields)
		field := fields[w.IntN(len(fields))]
		spoiled.Fields[field] = w.spoil(w.kind.IsMap(field), w.step.Before[field], w.step.After[field], between.Fields[field])
		if got := w.step.Readiness(&spoiled); got != plan.Conflict {
			t.Errorf("%s with a foreign value at %v: %s", dump([]plan.Step{w.step}), spoiled.Fields, got)
		}
	}
	if w.step.Op == plan.Delete {
		return
	}
	for field, value := range w.step.Rest(between) {
		between.Fields[field] = overlay(w.kind, field, between.Fields[field], value)
	}
	if got := w.step.Readiness(&between); got != plan.Done {
		t.Errorf("%s when the rest is written, at %v: %s", dump([]plan.Step{w.step}), between.Fields, got)
	}
}

// fields are those that the step is about, sorted.
func (w walk) fields() []string {
	all := maps.Clone(w.step.Before)
	if all == nil {
		all = resource.Fields{}
	}
	maps.Copy(all, w.step.After)
	return slices.Sorted(maps.Keys(all))
}

// between returns a value on the way from before to after. Live is what there is before, with parts that the step is not about.
func (w walk) between(isMap bool, before, after, live any) any {
	_, wasObject := before.(resource.Fields)
	_, becomesObject := after.(resource.Fields)
	from, wasList := before.([]any)
	to, becomesList := after.([]any)
	switch {
	case wasObject || becomesObject:
		return w.betweenObjects(isMap || !becomesObject, before, after, live)
	case wasList || becomesList:
		var out []any
		for _, item := range slices.Concat(from, to) {
			if isIn(from, item) && isIn(to, item) || w.Chance() {
				out = append(out, item)
			}
		}
		return out
	case w.Chance():
		return before
	}
	return after
}

// betweenObjects puts each part on its way: those that become something, or all.
func (w walk) betweenObjects(all bool, before, after, live any) resource.Fields {
	b, _ := before.(resource.Fields)
	a, _ := after.(resource.Fields)
	l, _ := live.(resource.Fields)
	out, keys := resource.Fields{}, resource.Fields{}
	maps.Copy(out, l)
	maps.Copy(keys, a)
	if all {
		maps.Copy(keys, b)
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		out[key] = w.between(false, b[key], a[key], b[key])
	}
	return out
}

// spoil returns a value with something in it that is neither before nor after.
func (w walk) spoil(isMap bool, before, after, value any) any {
	const foreign = "FOREIGN"
	b, wasObject := before.(resource.Fields)
	a, becomesObject := after.(resource.Fields)
	_, wasList := before.([]any)
	_, becomesList := after.([]any)
	switch {
	case wasObject || becomesObject:
		out := maps.Clone(value.(resource.Fields))
		keys := slices.Sorted(maps.Keys(a))
		if isMap || len(keys) == 0 {
			out[foreign] = []any{foreign} // a part that nobody saw
			return out
		}
		key := keys[w.IntN(len(keys))]
		out[key] = w.spoil(false, b[key], a[key], out[key])
		return out
	case wasList || becomesList:
		list, _ := value.([]any)
		return append(slices.Clone(list), foreign)
	}
	return foreign
}

func isIn(list []any, item any) bool {
	return slices.ContainsFunc(list, func(other any) bool { return resource.Equal(item, other) })
}

// addKind adds a kind until the test ends.
func addKind(t *testing.T, k *resource.Kind) {
	t.Helper()
	kinds := resource.Kinds
	t.Cleanup(func() { resource.Kinds = kinds })
	resource.Kinds = append(slices.Clip(kinds), k)
}

func fieldsOf(t *testing.T, text string) (fields resource.Fields) {
	t.Helper()
	if text != "" {
		parse(t, text, &fields)
	}
	return fields
}
