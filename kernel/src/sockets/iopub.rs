//! The iopub socket: an XPUB publisher of our own.
//!
//! One task owns the list of subscribers and never waits for any of them.
//! Every subscriber has a writer task with a queue; one that lets more than
//! [`QUEUE_LIMIT`] bytes pile up is disconnected, so that a stuck client
//! neither slows others nor fills the memory. A ZeroMQ client connects again
//! by itself. Every subscription is answered with an `iopub_welcome`, so a
//! client knows from when on it misses nothing.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, BufWriter};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{sleep, timeout};

use super::Listener;
use super::zmtp::{Said, Wire, ZmtpError, listen, pong, shake_hands};

/// Bytes that may wait for one subscriber. A single longer message is still
/// sent to a subscriber for whom nothing waits.
pub const QUEUE_LIMIT: usize = 256 << 20;

/// How many topics one subscriber may want at a time.
const TOPIC_LIMIT: usize = 1024;

/// How long a new connection has for its handshake.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// How long to wait before accepting again after an error.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Makes the frames of the welcome for a topic; `None` to send none.
pub type Welcome = Box<dyn Fn(&str) -> Option<Vec<Bytes>> + Send>;

/// Messages that the publisher sends of its own.
pub struct Greetings {
    /// What a subscription is answered with.
    pub welcome: Welcome,
    /// The frames of what is published once, when the first subscriber who
    /// wants it is there.
    pub first: Option<Vec<Bytes>>,
}

enum Event {
    Publish(Vec<Bytes>),
    Joined(u64, Subscriber),
    Said(u64, Said),
    Left(u64),
    Finish(oneshot::Sender<Vec<JoinHandle<()>>>),
}

/// Publishes messages; may be cloned and used from any thread.
#[derive(Clone)]
pub struct Publisher {
    events: UnboundedSender<Event>,
}

impl Publisher {
    /// Starts to accept subscribers. `queue_limit` is the number of bytes that
    /// may wait for one subscriber, normally [`QUEUE_LIMIT`].
    ///
    /// # Errors
    /// The runtime cannot take over the listener.
    pub fn start(
        listener: Listener,
        greetings: Greetings,
        queue_limit: usize,
    ) -> std::io::Result<Self> {
        let (events, received) = unbounded_channel();
        match listener {
            Listener::Tcp(listener) => {
                listener.set_nonblocking(true)?;
                let listener = tokio::net::TcpListener::from_std(listener)?;
                tokio::spawn(accept_tcp(listener, events.clone()));
            }
            Listener::Ipc(listener) => {
                listener.set_nonblocking(true)?;
                let listener = tokio::net::UnixListener::from_std(listener)?;
                tokio::spawn(accept_ipc(listener, events.clone()));
            }
        }
        let owner = Owner {
            subscribers: HashMap::new(),
            greetings,
            queue_limit,
        };
        tokio::spawn(owner.run(received));
        Ok(Self { events })
    }

    /// Publishes a message to all who want its topic, the first frame. Never
    /// waits.
    pub fn publish(&self, frames: Vec<Bytes>) {
        // After `finish` there is nobody left to hear it.
        let _ = self.events.send(Event::Publish(frames));
    }

    /// Waits until all subscribers have got what was published, at most for
    /// `limit`. Nothing can be published after.
    pub async fn finish(&self, limit: Duration) {
        let (writers, finishing) = oneshot::channel();
        if self.events.send(Event::Finish(writers)).is_ok() {
            let all = async {
                for writer in finishing.await.unwrap_or_default() {
                    let _ = writer.await;
                }
            };
            let _ = timeout(limit, all).await;
        }
    }
}

async fn accept_tcp(listener: tokio::net::TcpListener, events: UnboundedSender<Event>) {
    for number in 0.. {
        let stream = loop {
            match listener.accept().await {
                Ok((stream, _)) => break stream,
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        };
        // Without this, small messages may wait 40 ms for an acknowledgement.
        let _ = stream.set_nodelay(true);
        let (reader, writer) = stream.into_split();
        tokio::spawn(join(number, reader, writer, events.clone()));
    }
}

async fn accept_ipc(listener: tokio::net::UnixListener, events: UnboundedSender<Event>) {
    for number in 0.. {
        let stream = loop {
            match listener.accept().await {
                Ok((stream, _)) => break stream,
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        };
        let (reader, writer) = stream.into_split();
        tokio::spawn(join(number, reader, writer, events.clone()));
    }
}

/// Greets a new connection and, if it is a subscriber, reads what it says
/// until it leaves.
async fn join<R, W>(number: u64, reader: R, mut writer: W, events: UnboundedSender<Event>)
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let mut reader = BufReader::new(reader);
    let handshake = timeout(HANDSHAKE_LIMIT, shake_hands(&mut reader, &mut writer)).await;
    if !matches!(handshake, Ok(Ok(()))) {
        return;
    }
    let (queue, queued) = unbounded_channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    let writer = tokio::spawn(write(
        number,
        writer,
        queued,
        Arc::clone(&waiting),
        events.clone(),
    ));
    // The reader starts when the owner knows the subscriber, so that nothing
    // it says comes too early.
    let (known, started) = oneshot::channel::<()>();
    let reader_events = events.clone();
    let reader = tokio::spawn(async move {
        if started.await.is_ok() {
            let _ = read(number, reader, &reader_events).await;
            let _ = reader_events.send(Event::Left(number));
        }
    });
    let subscriber = Subscriber {
        topics: HashMap::new(),
        queue,
        waiting,
        reader: reader.abort_handle(),
        writer,
    };
    if events.send(Event::Joined(number, subscriber)).is_ok() {
        let _ = known.send(());
    }
}

async fn read(
    number: u64,
    mut reader: impl AsyncRead + Unpin,
    events: &UnboundedSender<Event>,
) -> Result<(), ZmtpError> {
    loop {
        let said = listen(&mut reader).await?;
        if events.send(Event::Said(number, said)).is_err() {
            return Ok(());
        }
    }
}

/// Writes what is queued, in as few system calls as there is work for, until
/// the queue is closed or the connection breaks.
async fn write(
    number: u64,
    writer: impl AsyncWrite + Unpin,
    mut queue: UnboundedReceiver<Arc<Wire>>,
    waiting: Arc<AtomicUsize>,
    events: UnboundedSender<Event>,
) {
    let mut writer = BufWriter::with_capacity(64 * 1024, writer);
    let work = async {
        loop {
            let message = match queue.try_recv() {
                Ok(message) => message,
                Err(TryRecvError::Disconnected) => break,
                Err(TryRecvError::Empty) => {
                    writer.flush().await?;
                    match queue.recv().await {
                        Some(message) => message,
                        None => break,
                    }
                }
            };
            for piece in &message.pieces {
                writer.write_all(piece).await?;
            }
            waiting.fetch_sub(message.length, Ordering::Relaxed);
        }
        writer.shutdown().await
    };
    let worked: std::io::Result<()> = work.await;
    if worked.is_err() {
        let _ = events.send(Event::Left(number));
    }
}

struct Subscriber {
    /// Each topic with how often it was subscribed to.
    topics: HashMap<Vec<u8>, usize>,
    queue: UnboundedSender<Arc<Wire>>,
    /// Bytes in the queue.
    waiting: Arc<AtomicUsize>,
    reader: AbortHandle,
    writer: JoinHandle<()>,
}

impl Subscriber {
    fn wants(&self, topic: &[u8]) -> bool {
        self.topics.keys().any(|wanted| topic.starts_with(wanted))
    }

    /// Queues a message; false if too much waits already.
    fn send(&self, wire: Arc<Wire>, limit: usize) -> bool {
        let length = wire.length;
        let waiting = self.waiting.fetch_add(length, Ordering::Relaxed);
        (waiting == 0 || waiting.saturating_add(length) <= limit) && self.queue.send(wire).is_ok()
    }

    /// Closes the connection at once.
    fn disconnect(self) {
        self.reader.abort();
        self.writer.abort();
    }
}

/// The one task that knows all subscribers.
struct Owner {
    subscribers: HashMap<u64, Subscriber>,
    greetings: Greetings,
    queue_limit: usize,
}

impl Owner {
    async fn run(mut self, mut events: UnboundedReceiver<Event>) {
        while let Some(event) = events.recv().await {
            match event {
                Event::Publish(frames) => self.publish(&frames),
                Event::Joined(number, subscriber) => {
                    self.subscribers.insert(number, subscriber);
                }
                Event::Said(number, said) => self.hear(number, said),
                Event::Left(number) => self.drop_subscriber(number),
                Event::Finish(writers) => {
                    let handles = self.subscribers.into_values().map(|subscriber| {
                        subscriber.reader.abort();
                        // Dropping the queue lets the writer end when it is empty.
                        subscriber.writer
                    });
                    let _ = writers.send(handles.collect());
                    return;
                }
            }
        }
    }

    fn drop_subscriber(&mut self, number: u64) {
        if let Some(subscriber) = self.subscribers.remove(&number) {
            subscriber.disconnect();
        }
    }

    fn publish(&mut self, frames: &[Bytes]) {
        let Some(topic) = frames.first() else {
            return;
        };
        let limit = self.queue_limit;
        let wire = Arc::new(Wire::message(frames));
        let stuck: Vec<u64> = self
            .subscribers
            .iter()
            .filter(|(_, subscriber)| {
                subscriber.wants(topic) && !subscriber.send(Arc::clone(&wire), limit)
            })
            .map(|(&number, _)| number)
            .collect();
        for number in stuck {
            crate::session::log(&format!(
                "a client of iopub does not read; it was disconnected with over {limit} bytes \
                 waiting"
            ));
            self.drop_subscriber(number);
        }
    }

    fn hear(&mut self, number: u64, said: Said) {
        let limit = self.queue_limit;
        let Some(subscriber) = self.subscribers.get_mut(&number) else {
            return;
        };
        match said {
            Said::Subscribe(topic) => {
                // Topics of this kernel are text; others could match nothing.
                let Ok(text) = std::str::from_utf8(&topic) else {
                    return;
                };
                if subscriber.topics.len() >= TOPIC_LIMIT && !subscriber.topics.contains_key(&topic)
                {
                    return self.drop_subscriber(number);
                }
                let welcome = (self.greetings.welcome)(text);
                *subscriber.topics.entry(topic).or_insert(0) += 1;
                if let Some(frames) = welcome
                    && !subscriber.send(Arc::new(Wire::message(&frames)), limit)
                {
                    return self.drop_subscriber(number);
                }
                let wanted = |frames: &mut Vec<Bytes>| subscriber.wants(&frames[0]);
                if let Some(frames) = self.greetings.first.take_if(wanted) {
                    self.publish(&frames);
                }
            }
            Said::Cancel(topic) => {
                if let Some(count) = subscriber.topics.get_mut(&topic) {
                    *count -= 1;
                    if *count == 0 {
                        subscriber.topics.remove(&topic);
                    }
                }
            }
            Said::Ping(context) => {
                if !subscriber.send(Arc::new(pong(&context)), limit) {
                    self.drop_subscriber(number);
                }
            }
            Said::Nothing => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio::io::AsyncReadExt;
    use tokio::net::TcpStream;

    use super::*;

    const LIMIT: usize = 4 << 20;

    fn frames(text: &'static [u8]) -> Vec<Bytes> {
        vec![Bytes::from_static(b"topic"), Bytes::from_static(text)]
    }

    fn publisher() -> (Publisher, std::net::SocketAddr) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let welcome = |topic: &str| Some(vec![Bytes::copy_from_slice(topic.as_bytes())]);
        let greetings = Greetings {
            welcome: Box::new(welcome),
            first: Some(frames(b"first")),
        };
        (
            Publisher::start(Listener::Tcp(listener), greetings, LIMIT).unwrap(),
            address,
        )
    }

    /// A connection after greeting, READY and what else is `said`.
    async fn join(address: std::net::SocketAddr, said: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let mut greeting = [0; 64];
        greeting[0] = 0xff;
        greeting[9] = 0x7f;
        greeting[10] = 3;
        greeting[12..16].copy_from_slice(b"NULL");
        stream.write_all(&greeting).await.unwrap();
        stream
            .write_all(b"\x04\x19\x05READY\x0bSocket-Type\0\0\0\x03SUB")
            .await
            .unwrap();
        stream.write_all(said).await.unwrap();
        let mut answer = [0; 64 + 28];
        stream.read_exact(&mut answer).await.unwrap();
        stream
    }

    async fn expect(stream: &mut TcpStream, expected: &[u8]) {
        let mut bytes = vec![0; expected.len()];
        let read = timeout(Duration::from_secs(10), stream.read_exact(&mut bytes)).await;
        read.expect("in time").expect("connected");
        assert_eq!(
            bytes.escape_ascii().to_string(),
            expected.escape_ascii().to_string()
        );
    }

    #[tokio::test]
    async fn the_welcome_comes_first_and_the_first_message_once() {
        let (publisher, address) = publisher();
        publisher.publish(frames(b"nobody hears this"));
        let mut other = join(address, b"\x00\x02\x01x").await;
        expect(&mut other, b"\x00\x01x").await;
        let mut early = join(address, b"\x00\x01\x01").await;
        expect(&mut early, b"\x00\x00\x01\x05topic\x00\x05first").await;
        let mut late = join(address, b"\x00\x04\x01top\x00\x01\x01\x00\x01\x00").await;
        expect(&mut late, b"\x00\x03top\x00\x00").await;
        publisher.publish(frames(b"a"));
        expect(&mut early, b"\x01\x05topic\x00\x01a").await;
        expect(&mut late, b"\x01\x05topic\x00\x01a").await;
        publisher.finish(Duration::from_secs(10)).await;
        for mut stream in [other, early, late] {
            assert_eq!(
                stream.read(&mut [0]).await.unwrap(),
                0,
                "nothing else was sent"
            );
        }
    }

    #[tokio::test]
    async fn a_stuck_subscriber_is_dropped_and_others_get_all() {
        let (publisher, address) = publisher();
        let mut stuck = join(address, b"\x00\x01\x01").await;
        expect(&mut stuck, b"\x00\x00\x01\x05topic\x00\x05first").await;
        let mut quick = join(address, b"\x00\x01\x01").await;
        expect(&mut quick, b"\x00\x00").await;
        // More than the limit and what the system's buffers hold.
        let big = Bytes::from(vec![7; 1 << 20]);
        let start = Instant::now();
        for _ in 0..40 {
            publisher.publish(vec![Bytes::from_static(b"topic"), big.clone()]);
            let mut message = vec![0; 2 + 5 + 9 + big.len()];
            timeout(Duration::from_secs(10), quick.read_exact(&mut message))
                .await
                .unwrap()
                .unwrap();
        }
        assert!(start.elapsed() < Duration::from_secs(20));
        let mut received = 0;
        let mut buffer = vec![0; 1 << 20];
        while let Ok(count @ 1..) = stuck.read(&mut buffer).await {
            received += count;
        }
        assert!(received < 40 << 20, "{received} bytes got through");
    }

    #[tokio::test]
    async fn what_was_published_is_delivered_before_the_end() {
        let (publisher, address) = publisher();
        let mut stream = join(address, b"\x00\x01\x01").await;
        expect(&mut stream, b"\x00\x00\x01\x05topic\x00\x05first").await;
        for _ in 0..1000 {
            publisher.publish(frames(b"last words"));
        }
        let finishing = publisher.clone();
        let finish = tokio::spawn(async move { finishing.finish(Duration::from_secs(10)).await });
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest.len(), 1000 * (2 + 5 + 2 + 10));
        finish.await.unwrap();
        publisher.publish(frames(b"too late"));
    }
}
