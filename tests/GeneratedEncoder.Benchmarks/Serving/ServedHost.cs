using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using GeneratedEncoder.Oracles;
using GeneratedEncoder.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace GeneratedEncoder.Benchmarks;

/// <summary>One way of computing embeddings behind a server, in a process of its own: the same routes and the same JSON for all.</summary>
internal static class ServedHost
{
    /// <summary>The pipeline's own way: its queue and its threads.</summary>
    public const string Service = "service";

    /// <summary>On the thread that the request came in on.</summary>
    public const string Inline = "inline";

    /// <summary>On threads of its own, a text after the other as they came: what a queue of texts does that knows of no requests.</summary>
    public const string FirstInFirstOut = "fifo";

    /// <summary>ONNX Runtime with the same tokenizer, a text a call, on the thread that the request came in on.</summary>
    public const string Onnx = "onnx";

    /// <summary>Serves as long as the process lives that started it: way, model folder, that process's id.</summary>
    public static int Run(string[] args)
    {
        (string way, string folder) = (args[0], args[1]);
        using Process starter = Process.GetProcessById(int.Parse(args[2], CultureInfo.InvariantCulture));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        Func<string[], CancellationToken, Task<float[][]>> embed = Embedder(way, folder);
        app.MapGet("/ping", () => "pong");
        app.MapGet("/cpu", () => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        app.MapPost("/embed", async (HttpContext context) =>
        {
            string[] texts = (await context.Request.ReadFromJsonAsync<string[]>(context.RequestAborted))!;
            await context.Response.WriteAsJsonAsync(await embed(texts, context.RequestAborted), context.RequestAborted);
        });
        app.StartAsync().GetAwaiter().GetResult();
        Console.WriteLine(app.Urls.Single());
        starter.WaitForExit();
        return 0;
    }

    private static Func<string[], CancellationToken, Task<float[][]>> Embedder(string way, string folder)
    {
        if (way == Onnx)
        {
            // The graph that exporters write; Texts says how the other one compares.
            OnnxEncoder onnx = OnnxEncoder.Create(RandomModel.Create(EncoderShape.MiniLm, EncoderCase.Seed), new OnnxEncoderOptions { Threads = 1 });
            TextTokenizer tokenizer = TextTokenizer.Load(folder);
            return (texts, _) => Task.FromResult(Array.ConvertAll(texts, text => Mean(onnx, tokenizer.Encode(text))));
        }

        EncoderPipelineOptions options = new();
        options.Service.MaxWaitingTokens = int.MaxValue; // Nothing is refused here: all ways do all the work.
        EncoderPipeline<MiniLm> pipeline = EncoderPipeline.Load<MiniLm>(folder, options);
        switch (way)
        {
            case Service:
                return (texts, token) => pipeline.EmbedAsync(texts, cancellationToken: token);
            case Inline:
                return (texts, token) => Task.FromResult(pipeline.Embed(texts, cancellationToken: token));
            case FirstInFirstOut:
                BlockingCollection<(string Text, TaskCompletionSource<float[]> Completion)> queue = [];
                for (int i = 0; i < Environment.ProcessorCount; i++)
                {
                    new Thread(() =>
                    {
                        foreach ((string text, TaskCompletionSource<float[]> completion) in queue.GetConsumingEnumerable())
                        {
                            completion.SetResult(pipeline.Embed(text));
                        }
                    }) { IsBackground = true }.Start();
                }

                return (texts, _) => Task.WhenAll(texts.Select(text =>
                {
                    TaskCompletionSource<float[]> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    queue.Add((text, completion));
                    return completion.Task;
                }));
            default:
                throw new UsageException($"There is no way '{way}'.");
        }
    }

    private static float[] Mean(OnnxEncoder onnx, int[] ids)
    {
        int width = EncoderShape.MiniLm.HiddenSize;
        float[] hidden = new float[ids.Length * width], mean = new float[width];
        onnx.Encode(ids, hidden);
        for (int i = 0; i < hidden.Length; i++)
        {
            mean[i % width] += hidden[i] / ids.Length;
        }

        return mean;
    }
}
