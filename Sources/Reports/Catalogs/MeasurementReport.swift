package import Assessment
import Quantities

extension CatalogReports {
  /// Models to measure on a device, and what each narrows.
  package static func measurements(_ advice: MeasurementAdvice) -> TableReport<MeasurementAdvice> {
    func factor(_ value: Double) -> TableReport<MeasurementAdvice>.Cell {
      .init("x \(significant(value))", exactly: "\(value)")
    }
    let before = [advice.factor] + advice.models.map(\.factor)
    let models = counted(advice.targets, "model")
    return TableReport(
      advice,
      columns: [
        .init("model to measure", name: "file"),
        .init("kernels", name: "kernels", flexibility: .losesEnd),
        .init("predicted", name: "latency_s", .right),
        .init("interval", name: "interval_s", isOptional: true),
        .init("before", name: "factor_before", .right),
        .init("after", name: "factor_after", .right),
      ],
      groups: [
        .init(
          rows: zip(advice.models, before).map { model, before in
            [
              .init(model.file), .init(model.kernels),
              .init(
                engineering(model.latency.value, unit: "s"), exactly: "\(model.latency.value)"),
              .init(
                model.latency.ends(unit: "s"),
                exactly: "\(model.latency.low) to \(model.latency.high)"),
              factor(before), factor(model.factor),
            ]
          })
      ],
      notes: [
        "before, after: nine of ten times are expected within this factor of the prediction, for the middle one of "
          + "\(models) on \(advice.device):\(advice.runtime); measured one after the other."
      ])
  }
}
