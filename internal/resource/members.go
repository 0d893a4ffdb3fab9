package resource

// Members are everyone who should be in the organization, invited or active.
// They can be written, checked and explained, but have no verbs yet: an organization with members is not planned.
var Members = &Kind{
	Name: "members",
	Key:  "username",
	Maps: []string{"projects"},
}
