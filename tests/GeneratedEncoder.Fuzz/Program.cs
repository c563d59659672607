using System.Globalization;
using GeneratedEncoder.Fuzz;

const string help = """
    dotnet run -c Release --project tests/GeneratedEncoder.Fuzz -- <verb>

      run <target> <seconds> <seed> <corpus folder>   mutates inputs, with the libraries instrumented by SharpFuzz;
                                                      the corpus of this project is tests/GeneratedEncoder.Fuzz/corpus
      replay                                          runs every input of the corpus once
      one <target> <base64>                           runs one input, such as a finding's

    Targets: 
    """;

switch (args)
{
    case ["run", string name, string seconds, string seed, string corpus]:
        if (!Instrumented.Is)
        {
            return Instrumented.Run(["run", name, seconds, seed, Path.GetFullPath(corpus)]);
        }

        // Before any instrumented code: it counts wherever this says.
        Coverage coverage = new();
        Campaign campaign = new(FuzzTarget.Named(name), int.Parse(seed, CultureInfo.InvariantCulture), corpus, coverage);
        return campaign.Run(double.Parse(seconds, CultureInfo.InvariantCulture)) == 0 ? 0 : 1;

    case ["replay"]:
        int findings = 0;
        foreach (FuzzTarget target in FuzzTarget.All)
        {
            IReadOnlyList<byte[]> inputs = [.. target.Seeds, .. Corpus.Of(target)];
            foreach (byte[] input in inputs)
            {
                if (Execution.Finding(target, input) is { } finding)
                {
                    Console.WriteLine($"{target.Name} {Convert.ToBase64String(input)}\n{finding}");
                    findings++;
                }
            }

            Console.WriteLine($"{target.Name}: {inputs.Count} inputs");
        }

        return findings == 0 ? 0 : 1;

    case ["one", string name, string input]:
        FuzzTarget.Named(name).Run(Convert.FromBase64String(input));
        return 0;

    default:
        Console.WriteLine(help + string.Join(", ", FuzzTarget.All.Select(target => target.Name)));
        return args is [] or ["help"] ? 0 : 2;
}
