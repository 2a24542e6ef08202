import Analysis
import Assessment
import HardwareMapping
import Quantities

extension AnalysisText {
  /// How fast tokens come, and what the prompt and the steps after it take.
  mutating func addGeneration() {
    guard let part = GenerationPart(assessment) else { return }
    addSection(part.title)
    if let estimate = assessment.generation?.estimate {
      addEstimateLine("first token after", estimate.prefill.latency)
      if let token = part.perToken {
        addEstimateLine("each further token", token.latency)
        addSpeedLine(token.tokensPerSecond)
        addEstimateLine("energy of a token", token.energy)
        addEstimateLine("its operational carbon", token.operationalCarbon)
      }
    }
    lines += part.phases(isOnDevice: assessment.estimate != nil).lines(in: layout)
    for sentence in [part.cache.size, part.cache.allocation] {
      lines += wrapped(sentence, width: layout.width, margin: 2, indent: 4)
    }
  }

  private mutating func addSpeedLine(_ speed: Interval?) {
    guard let speed else { return }
    let width = isNarrow ? 19 : 27
    let ends = speed.ends(significant) + RequestPart(assessment).ofAllTexts
    lines.append(
      "  " + padded("tokens per second", width) + leftPadded(significant(speed.value), 11)
        + (isNarrow ? "  " : "   ") + layout.dim(ends))
  }
}

extension GenerationPart {
  /// How long the text is.
  var title: String {
    "Text of \(grouped(tokens)) \(plural("token", tokens)) after a prompt of \(grouped(prompt))"
      + (batch > 1 ? ", \(grouped(batch)) texts at once" : "")
  }

  /// Counts of the prompt and of the steps after it; on a device time, energy and carbon too.
  func phases(isOnDevice: Bool) -> TextTable {
    let phases = [prefill] + (decode.map { [$0] } ?? [])
    var table = TextTable(
      columns: [.init(title: "", alignment: .left), .init(title: "prompt", alignment: .right)])
    if let decode {
      table.columns += [
        .init(
          title: "\(grouped(decode.steps)) \(plural("step", decode.steps))", alignment: .right),
        .init(title: "a step", alignment: .right),
      ]
    }
    func addRow(_ title: String, _ texts: [String]) { table.rows.append([title] + texts) }
    func addCounts(_ title: String, _ unit: String, _ count: (PhasePart) -> Int?) {
      let texts = phases.map { count($0).map { engineering(Double($0), unit: unit) } ?? "unknown" }
      let mean = decode.map { decode in
        count(decode).map { engineering(Double($0) / Double(decode.steps), unit: unit) }
          ?? "unknown"
      }
      addRow(title, texts + (mean.map { [$0] } ?? []))
    }
    addCounts("MACs", "") { $0.macs.value }
    addCounts("weight traffic", "B") { $0.weightTrafficBytes.value }
    addCounts("cache traffic", "B") { $0.cacheTrafficBytes.value }
    addCounts("activation traffic", "B") { $0.activationTrafficBytes.value }
    guard isOnDevice else { return table }
    func addEstimates<U>(
      _ title: String, _ estimate: (PhasePart) -> Estimate<U>?
    ) {
      func text(_ estimate: Estimate<U>?) -> String {
        estimate.map {
          ($0.isLowerBound ? "at least " : "") + engineering($0.value, unit: U.symbol)
        } ?? "unknown"
      }
      let mean = decode.map { [text(estimate($0)?.scaled(by: 1 / Double($0.steps)))] }
      addRow(title, phases.map { text(estimate($0)) } + (mean ?? []))
    }
    addEstimates("time", \.latency)
    addEstimates("energy", \.energy)
    addEstimates("operational carbon", \.operationalCarbon)
    let limits = phases.map { phase in
      phase.bounds?.max { $0.value < $1.value }.map {
        "\($0.key) \(fixed(100 * $0.value, decimals: 0)) %"
      } ?? "unknown"
    }
    addRow("limited by", limits + (decode == nil ? [] : [""]))
    return table
  }
}

extension GenerationPart.CachePart {
  /// How large it is.
  var size: String {
    (isFixed ? "cache: " : "cache at its end: ")
      + "\(positions.value.map { counted($0, "position") } ?? "? positions") of "
      + "\(bytesPerPosition.value.map(binarySize) ?? "unknown size"), "
      + "\(bytes.value.map(binarySize) ?? "unknown") in all"
      + (crossBytes.map { "; of the encoder's results \(binarySize($0))" } ?? "")
      + (recurrentBytes.map {
        "; states that do not grow: \($0.value.map(binarySize) ?? "unknown")"
      }
        ?? "")
  }

  /// What is allocated for it, and how that is known.
  var allocation: String {
    let form =
      isShared
      ? "allocated: one buffer for past and present"
      : "allocated: a buffer for the past and one for the present"
    return "\(form), \(allocatedBytes.value.map(binarySize) ?? "unknown") at most "
      + "(\(sharingSource ?? "assumed"))"
  }
}
