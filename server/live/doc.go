// Package live brings changes of workshops to the people who are connected, on
// every instance.
//
// A change is stored first. Then the instance that made it publishes a notice;
// each instance reads the workshop again, tells the connections of workshop.{id}
// what is different, sends the whole to those who want it, and asks about the
// rights of those whom the change may concern. Notices may be lost, so everything is looked at again within a
// minute.
//
// It is not the engine (hub) and holds no rules (workshop): it joins the two.
package live
