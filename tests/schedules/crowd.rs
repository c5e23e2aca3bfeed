//! Requests that run at once. Of those that can go on, chance says which one does, and nothing else:
//! tokio wakes those who wait for one renewal in an order of its own.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::future::BoxFuture;

use crate::world::World;

pub(crate) struct Crowd {
    world: Arc<World>,
    members: Mutex<Vec<Member>>,
    waker: Arc<Mutex<Option<Waker>>>,
}

struct Member {
    /// `None` while it goes on.
    request: Option<BoxFuture<'static, ()>>,
    bell: Arc<Bell>,
}

struct Bell {
    has_rung: AtomicBool,
    crowd: Arc<Mutex<Option<Waker>>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.has_rung.store(true, Ordering::Relaxed);
        if let Some(waker) = &*self.crowd.lock().expect("nobody panics") {
            waker.wake_by_ref();
        }
    }
}

impl Crowd {
    /// Gathers a crowd, which goes on by itself.
    pub(crate) fn new(world: Arc<World>) -> Arc<Self> {
        let crowd = Arc::new(Self {
            world,
            members: Mutex::default(),
            waker: Arc::default(),
        });
        tokio::spawn(Going(crowd.clone()));
        crowd
    }

    pub(crate) fn join(&self, request: BoxFuture<'static, ()>) {
        let bell = Arc::new(Bell {
            has_rung: AtomicBool::new(false),
            crowd: self.waker.clone(),
        });
        let member = Member {
            request: Some(request),
            bell: bell.clone(),
        };
        self.members.lock().expect("nobody panics").push(member);
        bell.wake();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.lock().expect("nobody panics").is_empty()
    }

    /// Leaves those behind who are not done.
    pub(crate) fn disperse(&self) {
        let left = std::mem::take(&mut *self.members.lock().expect("nobody panics"));
        drop(left);
    }

    /// Chooses one of those who can go on.
    fn next(&self) -> Option<(BoxFuture<'static, ()>, Arc<Bell>)> {
        let mut members = self.members.lock().expect("nobody panics");
        let can_go_on = |member: &&mut Member| member.bell.has_rung.load(Ordering::Relaxed);
        let mut ready: Vec<_> = members.iter_mut().filter(can_go_on).collect();
        let chosen = match ready.len() {
            0 => return None,
            1 => 0,
            several => self.world.lock().chance.below(several),
        };
        let member = &mut ready[chosen];
        member.bell.has_rung.store(false, Ordering::Relaxed);
        Some((member.request.take()?, member.bell.clone()))
    }

    fn put_back(&self, request: Option<BoxFuture<'static, ()>>, bell: &Arc<Bell>) {
        let mut members = self.members.lock().expect("nobody panics");
        let place = members
            .iter()
            .position(|member| Arc::ptr_eq(&member.bell, bell));
        match (place, request) {
            (Some(place), Some(request)) => members[place].request = Some(request),
            (Some(place), None) => drop(members.remove(place)),
            (None, _) => {}
        }
    }
}

/// The task in which a crowd goes on.
struct Going(Arc<Crowd>);

impl Future for Going {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let crowd = &self.0;
        *crowd.waker.lock().expect("nobody panics") = Some(context.waker().clone());
        while let Some((mut request, bell)) = crowd.next() {
            let waker = Waker::from(bell.clone());
            let is_done = request
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_ready();
            crowd.put_back((!is_done).then_some(request), &bell);
        }
        Poll::Pending
    }
}
