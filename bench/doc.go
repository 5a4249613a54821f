// Package bench is `tollgate bench`: loads and measurements that stop by
// themselves. Each subcommand is a package of its own:
//
//   - send loads a gateway over HTTP and is the carrier behind it,
//   - compare gives the same load to bare fasthttp, Kannel and Tollgate in turn,
//   - soak loads for hours and looks for leaks and drift,
//   - storebench and decide measure the store and the decision alone,
//   - onebind measures one SMPP bind beside other libraries,
//   - traffic writes labelled traffic for `tollgate replay`.
//
// stat, plot and proc are what they share: percentiles, pages, processes.
package bench
