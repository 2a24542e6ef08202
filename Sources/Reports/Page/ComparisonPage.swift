package import Quantities

/// The report of `compare` as a page.
extension ComparisonReport {
  package static let formats = ReportFormat.common + [.html]

  package func document(as format: ReportFormat) throws(Problem) -> String? {
    guard format == .html else { return nil }
    return try page.document
  }

  private var page: Page {
    get throws(Problem) {
      let models = counted(Set(rows.map(\.model)).count, "model")
      let devices = counted(Set(rows.map { place($0) }).count, "device")
      return Page(
        title: "Comparison of \(models) on \(devices)",
        lead: """
          \(legend). Better or equal in all of them, and better in one; what does not fit is never on it. \
          \(missingUse ?? "")
          """,
        summary: "\(PageParts.tiles(tiles))",
        sections: [
          ParetoPlot(self).map {
            Page.Section(
              id: "front", title: "Energy and latency", content: "\($0.picture.figure)")
          },
          ScatterPlot(self).map {
            Page.Section(
              id: "measured", title: "Predicted and measured",
              content: "\($0.picture.figure)")
          },
          Page.Section(
            id: "rows", title: "Models and devices",
            content: PageParts.dataTable(
              "Table of models", caption: "A head sorts the rows; * is on the Pareto front.")),
          assumptions,
        ].compactMap { $0 },
        scripts: [.page, .fleet], data: try JSON.line(fleet))
    }
  }

  /// The best in each metric, of the rows that are complete and fit.
  private var tiles: [HTML] {
    func tile<U>(_ title: String, _ value: (Row) -> Estimate<U>?) -> HTML {
      let known = rows.filter { $0.isComplete && $0.fits.value != false }
      let best = known.compactMap { row in value(row).map { (row, $0) } }
        .min { $0.1.value < $1.1.value }
      guard let (row, estimate) = best else { return PageParts.tile(title, "unknown", "") }
      return PageParts.tile(
        title, engineering(estimate.value, unit: U.symbol),
        "\(name(row)) on \(place(row))")
    }
    return [
      tile("Least energy", \.energy.value), tile("Lowest latency", \.latency.value),
      tile(
        statesUse ? "Least carbon per \(request.unit)" : "Least marginal carbon",
        statesUse ? \.carbon.value : \.operational.value),
      PageParts.tile(
        "Pareto front", "\(rows.count(where: \.isOnParetoFront)) of \(rows.count)", ""),
      PageParts.tile(
        "Does not fit", "\(rows.count { $0.fits.value == false }) of \(rows.count)", ""),
    ]
  }

  private var fleet: FleetData {
    var own: [FleetData.Column] =
      request == nil
      ? []
      : [
        .number("first token", "s", isSorted: orderedBy == .firstToken),
        .number("tokens per second", isSorted: orderedBy == .tokensPerSecond),
      ]
    if isMeasured { own += [.number("measured", "s"), .number("measured over predicted")] }
    var data = FleetData(
      columns: [
        .text("model"), .text("device"), .text("front"),
        .number("latency", "s", isSorted: orderedBy == .latency),
      ] + own + [
        .number("energy", "J", isSorted: orderedBy == .energy),
        .number(
          statesUse ? "carbon" : "marginal carbon", "gCO2e", minor: true,
          isSorted: orderedBy == .carbon),
        .number(memoryTitle, "B", minor: true, isSorted: orderedBy == .arenaBytes),
        .number("MACs", minor: true), .text("fits", minor: true), .text("costs", minor: true),
      ])
    data.isDescending = orderedBy == .tokensPerSecond
    data.rows = rows.map { row in
      let fits = row.fits.value.map { $0 ? "yes" : "no: \(row.doesNotFit[0])" } ?? "unknown"
      var own: [FleetData.Cell] =
        request == nil
        ? [] : [.value(row.firstToken?.value), .number(row.tokensPerSecond?.value?.value)]
      if isMeasured {
        own += [.number(row.measured?.seconds.value), .number(row.measured?.overPredicted)]
      }
      return [
        .text(name(row)), .text(place(row)), .text(row.isOnParetoFront ? "*" : ""),
        .value(row.latency.value),
      ] + own + [
        .value(row.energy.value),
        .value(statesUse ? row.carbon.value : row.operational.value),
        .count(row.memoryBytes), .count(row.macs.value), .text(fits),
        .text(row.isComplete ? "complete" : "at least"),
      ]
    }
    return data
  }

  private var assumptions: Page.Section? {
    let lines =
      carbonAssumptions.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" } + notes
    guard !lines.isEmpty else { return nil }
    return Page.Section(
      id: "assumptions", title: "Assumptions", content: PageParts.list(lines))
  }
}
