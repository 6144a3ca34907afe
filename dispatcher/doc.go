// Package dispatcher sends what was accepted. A process takes portfolios (own.go), and one loop per portfolio
// (portfolio.go) picks recipients of due chunks (lanes.go), lets the gate judge them and writes the intent in one
// transaction (gate.go), calls the channel (deliver.go), turns answers into outcomes (outcome.go) and waits for evidence
// where an answer was lost (doubt.go). Learner (learn.go) books what the provider reports; Janitor (janitor.go) forgets.
//
// Kill any process at any time: nothing is lost, and a message goes out twice only where the answer to a call was lost
// and no report came, which is counted.
package dispatcher
