import ArgumentParser
import Policies
import Quantities

/// A measured latency or energy of an inference on the command line: `74ms`, `3.2 mJ`.
struct MeasuredValue: ExpressibleByArgument {
  /// Its unit says which metric it is.
  var metric: Metric
  /// In the metric's unit.
  var value: Double

  init?(argument: String) {
    guard let number = Limit(argument), number.value > 0,
      let metric = [Metric.latency, .energy].first(where: { $0.unit == number.unit })
    else { return nil }
    self.metric = metric
    value = number.value
  }
}
