namespace GeneratedEncoder.Benchmarks;

/// <summary>One verb a run.</summary>
internal static class Program
{
    private const string Help = """
        dotnet run -c Release --project tests/GeneratedEncoder.Benchmarks -- <verb> [options]

          peers       side by side with ONNX Runtime, the same weights and threads: one text a call, a ragged batch;
                      int8 and bfloat16 beside ONNX Runtime's dynamic int8 and llama.cpp; and the same encoder on each vector width
                        --shapes minilm,tiny,base  --lengths 4,8,16,32,64,128,256,512  --threads 1,2  --seconds 2.5 (a row)
                        --only table|narrow|ragged|widths
          long        long texts side by side with ONNX Runtime: time on one thread, and peak memory, each in a process of its own;
                      what a layer of ModernBERT takes for a token; the memory of a short text in an encoder for long ones
                        --shapes minilm-long,modernbert-base  --lengths 512,1024,2048,4096,8192  --seconds 8 (a row)
                        --only table|layers|short
          texts       from text to embeddings through Microsoft.Extensions.AI, side by side with loops over ONNX Runtime
                        --rounds 3
          serve       behind a server, with clients on this machine: the pipeline's queue and threads, calls on the requests' threads,
                      first-in-first-out, ONNX Runtime; throughput, waiting, processor time
                        --clients 1,8,64  --seconds 5 (a round)  --rounds 3
          cluster     processes of samples/EmbeddingCluster with PostgreSQL and without: texts a second, processor time a text and whose it
                      is; the time from a worker's end by kill -9 to the next row of its shard. It wants PostgreSQL's programs
                        --texts 12000  --rounds 3  --kills 5 (of a lease)  --leases 10,2 (seconds)
          telemetry   what an asynchronous call costs when nobody listens to what could be measured, and when somebody does
                        --seconds 2 (a row)
          profile     where the time of one call goes
                        --shape minilm  --lengths 16,128,512  --seconds 6 (a length)
          dispatch    what a thread gets of its core: multiply-adds with other operations between them
                        --seconds 6
          generator   the source generator in a compiler: time, allocations, size of what it writes
                        --rounds 100
          tiles       the same encoder generated with other tiles, K steps, and without prefetching
                        --lengths 8,16,32,64,128,512  --seconds 5 (a length)
          kernels     single layers and parts of them under BenchmarkDotNet, whose options it takes
          load        loading, and the first call of a fresh process, with kept weights and without, side by side with ONNX Runtime
                        --shapes minilm,minilm-int8
          errors      how errors against float64 grow with depth, on inputs that are hard for float32, beside ONNX Runtime's
                        --texts 20
          accuracy    what narrow weights cost: real models over a corpus, beside ONNX Runtime's dynamic int8 and llama.cpp's Q8_0;
                      errors by depth of random layers with outlier channels
                        --every 1 (takes each so many-th text)  --texts 4 (of a depth)  --only models|depth
          memory      what is resident with each format of weights and word tables, beside ONNX Runtime and llama.cpp, in processes of their own
                        --shapes multilingual
          soak        random shapes for some minutes, beside ONNX Runtime: memory, threads, handles, collections; a plot
                        --minutes 10  --shape tiny  --plot soak.png
          threads     what several threads gain over one: alone, beside a spinner, more of them than processors, two instances at once
                        --shape minilm  --lengths 32,128,512  --seconds 8 (a row)
          adversity   whatever may befall an encoder, at random: interrupts, spinners, cut files, disposals, on 1 to 8 threads
                        --minutes 5  --seed 1
          aot         native code beside the JIT's: size, start to first embedding, speed; publishes what it measures
                        --instruction-set native|x86-64-v2|x86-64-v3|x86-64-v4  --seconds 4 (a row)
          promises    what is promised, the tests that guard it, and what they say; runs them
                        --results <folder>: reads what `dotnet test -c Release --logger trx --results-directory <folder>` left
          threads-of  what threads starts in a process of its own: <shape> <model file> <situation> <threads> <lengths> <seconds>
          adversity-loop  what adversity starts in a process of its own: <seconds> <seed>
          long-call   what long starts in a process of its own: <shape> <folder> <ours|plain|fused> <tokens> <output file>
          long-times  what long starts in a process of its own: <shape> <folder> <tokens> <seconds> <ours|plain|fused> ...
          short-call  what long starts in a process of its own: <shape|compiled> <model file or folder>
          serve-host  what serve starts in a process of its own: <service|inline|fifo|onnx> <model folder> <process that it serves>
          first-call  what load starts in a process of its own: <ours|onnx> <shape> <model file>
          memory-of   what memory starts in a process of its own: <shape> <contender> <FromFile|BFloat16|Int8> <model file>
          soak-loop   what soak starts in a process of its own: <ours|onnx> <shape> <seconds>
          width       what peers starts in a process of its own: <model file> <lengths> <seconds>
        """;

    private static int Main(string[] args)
    {
        string verb = args.Length == 0 ? "help" : args[0];
        try
        {
            switch (verb)
            {
                case "peers": return Peers.Run(new Options(args[1..], "shapes", "lengths", "threads", "seconds", "only"));
                case "long": return LongTexts.Run(new Options(args[1..], "shapes", "lengths", "seconds", "only"));
                case "long-call": return LongProcess.RunCall(args[1..]);
                case "long-times": return LongProcess.RunTimes(args[1..]);
                case "short-call": return ShortTextMemory.RunOne(args[1..]);
                case "texts": return Texts.Run(new Options(args[1..], "rounds"));
                case "serve": return Serve.Run(new Options(args[1..], "clients", "seconds", "rounds"));
                case "serve-host": return ServedHost.Run(args[1..]);
                case "cluster": return ClusterCost.Run(new Options(args[1..], "texts", "rounds", "kills", "leases"));
                case "telemetry": return TelemetryCost.Run(new Options(args[1..], "seconds"));
                case "profile": return Profile.Run(new Options(args[1..], "shape", "lengths", "seconds"));
                case "dispatch": return DispatchShare.Run(new Options(args[1..], "seconds"));
                case "generator": return GeneratorTimes.Run(new Options(args[1..], "rounds"));
                case "tiles": return Tiles.Run(new Options(args[1..], "lengths", "seconds"));
                case "kernels": return Kernels.Run(args[1..]);
                case "load": return LoadTimes.Run(new Options(args[1..], "shapes"));
                case "errors": return Errors.Run(new Options(args[1..], "texts"));
                case "accuracy": return Accuracy.Run(new Options(args[1..], "every", "texts", "only"));
                case "memory": return Memory.Run(new Options(args[1..], "shapes"));
                case "memory-of": return Memory.RunOne(args[1..]);
                case "soak": return Soak.Run(new Options(args[1..], "minutes", "shape", "plot"));
                case "soak-loop": return SoakLoop.Run(args[1..]);
                case "threads": return SharedMachine.Run(new Options(args[1..], "shape", "lengths", "seconds"));
                case "threads-of": return SharedMachine.RunOne(args[1..]);
                case "adversity": return Adversity.Run(new Options(args[1..], "minutes", "seed"));
                case "adversity-loop": return Adversity.RunLoop(args[1..]);
                case "aot": return Aot.Run(new Options(args[1..], "instruction-set", "seconds"));
                case "promises": return Trust.Promises.Run(new Options(args[1..], "results"));
                case "first-call": return FirstCall.Run(args[1..]);
                case "width": return Widths.Run(args[1..]);
            }
        }
        catch (UsageException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }

        bool asked = verb is "help" or "--help" or "-h";
        (asked ? Console.Out : Console.Error).WriteLine(asked ? Help : $"There is no verb '{verb}'.\n\n{Help}");
        return asked ? 0 : 2;
    }
}
